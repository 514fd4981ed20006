import { defineDetector } from '../detector';
import { certificateEvidence, flowOf, hellos, serverName } from './handshakes';

const MIN_RSA_BITS = 2048;
const WEAK_SIGNATURE = /^(md|sha1|ecdsa-with-SHA1|dsa-with-SHA1)/i;

/** A key that is too short, or a signature by a broken hash. */
export const tlsCertWeakKey = defineDetector({
  id: 'tls-cert-weak-key',
  severity: 'warning',
  references: ['RFC 9325 §4.2', 'RFC 9155'],
  needs: ['certificate'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      const { certificate } = row;
      if (!certificate) return [];
      const isShort = certificate.key_algorithm === 'RSA' && certificate.key_bits !== null && certificate.key_bits < MIN_RSA_BITS;
      // What a self-signed certificate says of itself protects nothing.
      const isBroken = !certificate.self_issued && WEAK_SIGNATURE.test(certificate.signature_algorithm);
      if (!isShort && !isBroken) return [];
      return {
        flow: flowOf(facts, row),
        about: `${serverName(row)} ${certificate.subject_cn}`,
        together: true,
        evidence: [...hellos(row), ...certificateEvidence(row)],
        metrics: {
          server: serverName(row),
          subject: certificate.subject_cn ?? '-',
          key: `${certificate.key_algorithm} ${certificate.key_bits}`,
          signature: certificate.signature_algorithm,
          short_key: isShort,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Weak certificate',
      summary: ({ server, key, signature, short_key }) =>
        `The certificate of ${server} has ${short_key ? `a short key (${key} bit)` : `a broken signature algorithm (${signature})`}.`,
      advice: () => ['Issue a new one with RSA of 2048 bit or ECDSA, signed with SHA-256.'],
    },
    'zh-CN': {
      title: '弱证书',
      summary: ({ server, key, signature, short_key }) =>
        `${server} 的证书${short_key ? `密钥过短（${key} 位）` : `使用已被攻破的签名算法（${signature}）`}。`,
      advice: () => ['重新签发 2048 位 RSA 或 ECDSA、以 SHA-256 签名的证书。'],
    },
  },
});
