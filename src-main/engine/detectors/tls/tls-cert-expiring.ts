import { defineDetector } from '../detector';
import { plural } from '../words';
import { certificateEvidence, dateOf, flowOf, hellos, serverName } from './handshakes';

const DAY_S = 86_400;

/** A certificate that ends soon after the capture. */
export const tlsCertExpiring = defineDetector({
  id: 'tls-cert-expiring',
  severity: 'notice',
  references: ['RFC 5280 §4.1.2.5'],
  needs: ['certificate'],
  detect(facts, { certificate_expiring_days, certificate_expiring_warning_days }) {
    return facts.tls.flatMap(row => {
      const { certificate, time } = row;
      if (!certificate || certificate.not_after === null || certificate.not_after < time) return [];
      const left_s = certificate.not_after - time;
      const life_s = certificate.not_after - (certificate.not_before ?? 0);
      // Short-lived ones are always near their end: those in their last quarter were not renewed.
      const isShort = life_s <= certificate_expiring_days * DAY_S;
      if (left_s > certificate_expiring_days * DAY_S || (isShort && left_s > life_s / 4)) return [];
      const days = Math.floor(left_s / DAY_S);
      return {
        flow: flowOf(facts, row),
        about: `${serverName(row)} ${certificate.subject_cn} ${certificate.not_after}`,
        together: true,
        severity: days < certificate_expiring_warning_days ? ('warning' as const) : ('notice' as const),
        evidence: [...hellos(row), ...certificateEvidence(row)],
        metrics: {
          server: serverName(row),
          subject: certificate.subject_cn ?? '-',
          not_after: dateOf(certificate.not_after),
          days_left: days,
          threshold_days: certificate_expiring_days,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Certificate ends soon',
      summary: ({ server, subject, not_after, days_left }) =>
        `The certificate of ${server} (${subject}) ends on ${not_after}, ${plural(days_left, 'day')} after this capture.`,
      advice: () => ['Renew it, and look why the automatic renewal has not run.'],
    },
    'zh-CN': {
      title: '证书即将到期',
      summary: ({ server, subject, not_after, days_left }) =>
        `${server} 的证书（${subject}）将于 ${not_after} 到期，距抓包 ${days_left} 天。`,
      advice: () => ['请更新证书，并检查自动续期为何未执行。'],
    },
  },
});
