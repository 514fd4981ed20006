import { text } from '@shared/text/index';
import { groupBy, type Rule, someIds } from './rule';
import { THRESHOLDS } from './thresholds';

const { segments, share } = THRESHOLDS.retransmissions;

/** Much of what is sent to one host has to be sent again. Of connections that have ended: then the kernel tells their bytes. */
export const retransmissions: Rule = {
  id: 'retransmissions',
  severity: 'warning',
  threshold: text('patterns.retransmissions_threshold', { segments, percent: share * 100 }),
  find: ({ attempts, resent }) =>
    [
      ...groupBy(
        attempts.filter(({ bytes_sent }) => bytes_sent !== null),
        ({ ip }) => ip,
      ).values(),
    ].flatMap(rows => {
      let again = 0;
      let bytesAgain = 0;
      let bytes = 0;
      for (const { socket, bytes_sent } of rows) {
        again += resent.get(socket)?.segments ?? 0;
        bytesAgain += resent.get(socket)?.bytes ?? 0;
        bytes += bytes_sent ?? 0;
      }
      const part = bytesAgain / (bytes + bytesAgain || 1);
      const [first] = rows;
      if (!first || again < segments || part < share) return [];
      const onePid = new Set(rows.map(({ pid }) => pid)).size === 1;
      return {
        pid: onePid ? first.pid : null,
        program: onePid ? first.program : null,
        summary: text('patterns.retransmissions', { ip: first.ip, count: again, percent: (part * 100).toFixed(1) }),
        evidence: [`${bytesAgain} B / ${bytes + bytesAgain} B`],
        event_ids: someIds(rows.filter(({ socket }) => resent.has(socket))),
      };
    }),
};
