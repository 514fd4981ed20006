import { text } from '@shared/text/index';
import { busiestStretch, clockTime, groupBy, type Rule, someIds, someValues } from './rule';
import { THRESHOLDS } from './thresholds';

const { ports, within_s } = THRESHOLDS.port_scan_in;

/** A host tries many ports of this machine on which nothing listens. */
export const portScanIn: Rule = {
  id: 'port_scan_in',
  severity: 'warning',
  threshold: text('patterns.port_scan_in_threshold', { ports, seconds: within_s }),
  find: ({ unwanted }) =>
    [...groupBy(unwanted, ({ source }) => source)].flatMap(([source, packets]) => {
      const { rows: stretch, distinct } = busiestStretch(packets, within_s, ({ port, protocol }) => `${port}/${protocol}`);
      const [first] = stretch;
      if (!first || distinct < ports) return [];
      return {
        pid: null,
        program: null,
        summary: text('patterns.port_scan_in', { ip: source, count: distinct, seconds: within_s }),
        evidence: [clockTime(first.at_ms), someValues(stretch.map(({ port, protocol }) => `${port}/${protocol}`))],
        event_ids: someIds(stretch),
      };
    }),
};
