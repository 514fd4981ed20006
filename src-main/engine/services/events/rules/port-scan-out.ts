import { text } from '@shared/text/index';
import { busiestStretch, clockTime, groupBy, processKey, type Rule, someIds, someValues } from './rule';
import { THRESHOLDS } from './thresholds';

const { ports, within_s } = THRESHOLDS.port_scan_out;

/** A process of this machine tries many ports of one host. */
export const portScanOut: Rule = {
  id: 'port_scan_out',
  severity: 'warning',
  threshold: text('patterns.port_scan_out_threshold', { ports, seconds: within_s }),
  find: ({ attempts }) =>
    [
      ...groupBy(
        attempts.filter(({ inbound }) => !inbound),
        row => `${processKey(row)} ${row.ip}`,
      ).values(),
    ].flatMap(rows => {
      const { rows: stretch, distinct } = busiestStretch(rows, within_s, ({ port }) => port);
      const [first] = stretch;
      if (!first || distinct < ports) return [];
      return {
        pid: first.pid,
        program: first.program,
        summary: text('patterns.port_scan_out', { program: first.program, count: distinct, ip: first.ip, seconds: within_s }),
        evidence: [clockTime(first.at_ms), someValues(stretch.map(({ port, protocol }) => `${port}/${protocol}`))],
        event_ids: someIds(stretch),
      };
    }),
};
