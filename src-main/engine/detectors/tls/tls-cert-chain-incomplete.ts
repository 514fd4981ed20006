import { defineDetector } from '../detector';
import { certificateEvidence, flowOf, hellos, serverName } from './handshakes';

/** The server sends its own certificate only: clients that do not know the intermediate fail, browsers may not. */
export const tlsCertChainIncomplete = defineDetector({
  id: 'tls-cert-chain-incomplete',
  severity: 'notice',
  references: ['RFC 8446 §4.4.2'],
  needs: ['certificate'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      if (!row.certificate || row.certificates !== 1 || row.certificate.self_issued) return [];
      return {
        flow: flowOf(facts, row),
        about: `${serverName(row)} ${row.certificate.subject_cn}`,
        together: true,
        evidence: [...hellos(row), ...certificateEvidence(row)],
        metrics: {
          server: serverName(row),
          subject: row.certificate.subject_cn ?? '-',
          issuer: row.certificate.issuer_cn ?? '-',
        },
      };
    });
  },
  text: {
    en: {
      title: 'Certificate chain incomplete',
      summary: ({ server, issuer }) => `${server} sends its own certificate without that of its issuer (${issuer}).`,
      advice: () => ['Configure the full chain on the server; a private CA that signs directly needs none.'],
    },
    'zh-CN': {
      title: '证书链不完整',
      summary: ({ server, issuer }) => `${server} 只发送了自身证书，没有签发者（${issuer}）的证书。`,
      advice: () => ['在服务器上配置完整证书链；由私有 CA 直接签发则不需要。'],
    },
  },
});
