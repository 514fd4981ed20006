import type { InterfaceTraffic } from '@shared/model/traffic';
import { expect, test } from 'vitest';
import { addSeries } from './series';

function traffic(iface: string, seconds: readonly (readonly [second: number, rx: number | null])[]): InterfaceTraffic {
  return {
    host: 'web-1',
    total_stats: {
      interface: iface,
      tx_total: 0,
      rx_total: 0,
      tx_rate_avg: 0,
      rx_rate_avg: 0,
      tx_packets: 0,
      rx_packets: 0,
      tx_errors: 0,
      rx_errors: 0,
      tx_dropped: 0,
      rx_dropped: 0,
      link_speed_mbps: null,
    },
    top_connections: [],
    unattributed_share: null,
    series: seconds.map(([second, rx_rate]) => ({ t: `2026-11-21T14:00:0${second}Z`, rx_rate, tx_rate: 0 })),
    source: {
      backend: 'procfs',
      privileged: false,
      degraded: false,
      reason: null,
      remedies: [],
      sampled_at: '2026-11-21T14:00:00Z',
      duration_ms: 5_000,
      rtt_ms: 12,
      caveats: [],
    },
  };
}

test('measurements follow each other in one series, in bit/s; what could not be measured stays unknown', () => {
  const first = addSeries(
    [],
    traffic('eth0', [
      [1, 2],
      [2, null],
    ]),
  );
  const both = addSeries(
    first,
    traffic('eth0', [
      [2, 9],
      [4, 0.5],
    ]),
  );
  expect(both.map(({ rx_rate_bps, sequence }) => [rx_rate_bps, sequence])).toEqual([
    [2e6, 1],
    [null, 2],
    [5e5, 3],
  ]);
});

test('another interface begins a series of its own', () => {
  const first = addSeries([], traffic('eth0', [[1, 2]]));
  expect(addSeries(first, traffic('lo', [[2, 3]])).map(({ interface: name }) => name)).toEqual(['lo']);
});
