import { defineDetector } from '../detector';
import { certificateEvidence, flowOf, hellos, serverName } from './handshakes';

/** A certificate that vouches for itself: clients that do not know it will refuse. */
export const tlsCertSelfSigned = defineDetector({
  id: 'tls-cert-self-signed',
  severity: 'notice',
  references: ['RFC 5280 §3.2'],
  needs: ['certificate'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      if (!row.certificate?.self_issued) return [];
      return {
        flow: flowOf(facts, row),
        about: `${serverName(row)} ${row.certificate.subject_cn}`,
        together: true,
        evidence: [...hellos(row), ...certificateEvidence(row)],
        metrics: { server: serverName(row), subject: row.certificate.subject_cn ?? '-' },
      };
    });
  },
  text: {
    en: {
      title: 'Self-signed certificate',
      summary: ({ server, subject }) => `The certificate of ${server} (${subject}) is signed by itself.`,
      advice: () => ['Fine for devices you know; otherwise use a certificate of an authority that the clients trust.'],
    },
    'zh-CN': {
      title: '自签名证书',
      summary: ({ server, subject }) => `${server} 的证书（${subject}）为自签名。`,
      advice: () => ['对已知设备无妨；否则请使用客户端信任的机构签发的证书。'],
    },
  },
});
