import { defineDetector } from '../detector';
import { certificateEvidence, dateOf, flowOf, hellos, serverName } from './handshakes';

/** A certificate used after its end or before its beginning, by the time of the packets. */
export const tlsCertExpired = defineDetector({
  id: 'tls-cert-expired',
  severity: 'critical',
  references: ['RFC 5280 §4.1.2.5'],
  needs: ['certificate'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      const { certificate, time } = row;
      if (!certificate) return [];
      const { not_before, not_after, subject_cn, issuer_cn } = certificate;
      const isOver = not_after !== null && not_after < time;
      const isEarly = not_before !== null && not_before > time;
      if (!isOver && !isEarly) return [];
      return {
        flow: flowOf(facts, row),
        about: `${serverName(row)} ${subject_cn} ${not_after}`,
        together: true,
        evidence: [...hellos(row), ...certificateEvidence(row)],
        metrics: {
          server: serverName(row),
          subject: subject_cn ?? '-',
          issuer: issuer_cn ?? '-',
          not_before: dateOf(not_before),
          not_after: dateOf(not_after),
          expired: isOver,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Certificate not valid at this time',
      summary: ({ server, subject, not_before, not_after, expired }) =>
        expired
          ? `The certificate of ${server} (${subject}) ended on ${not_after}.`
          : `The certificate of ${server} (${subject}) begins on ${not_before} only.`,
      advice: () => ['Renew the certificate and look why the automatic renewal did not run; check the clocks of both ends.'],
    },
    'zh-CN': {
      title: '证书不在有效期内',
      summary: ({ server, subject, not_before, not_after, expired }) =>
        expired
          ? `${server} 的证书（${subject}）已于 ${not_after} 到期。`
          : `${server} 的证书（${subject}）从 ${not_before} 才开始生效。`,
      advice: () => ['更新证书并检查自动续期为何未执行；同时检查两端时钟。'],
    },
  },
});
