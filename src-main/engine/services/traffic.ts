import type { Progress } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import type { InterfaceCounters } from '@shared/model/interface';
import type { InterfaceTraffic } from '@shared/model/traffic';
import { text } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import { counterBackends } from '../collectors/counters/index';
import type { Host } from '../hosts/host';
import { type Clock, waitMs } from './clock';
import { checkInterfaceName } from './iface-name';
import type { InterfaceService } from './interfaces';
import { type CounterReading, growthOf, interfaceKey, perSecond } from './rates';

export interface MeasureOptions {
  signal: AbortSignal;
  progress: (progress: Progress) => void;
}

/** One measurement of one interface of any host. */
export interface TrafficService {
  /** @throws NetsondeError not_found when the interface does not exist there */
  measure(host: Host, iface: string, sampleSeconds: number, options: MeasureOptions): Promise<InterfaceTraffic>;
}

/** Every interface together. */
const ANY = 'any';

export function createTrafficService(interfaces: InterfaceService, clock: Clock): TrafficService {
  return {
    async measure(host, iface, sampleSeconds, { signal, progress }) {
      const list = await interfaces.list(host, signal);
      if (iface !== ANY) checkInterfaceName(host, iface, list.interfaces);
      const detail = list.details.find(({ name }) => name === iface);
      const { readings, source } = await readEachSecond(host, sampleSeconds, clock, signal, progress);
      const points = readings.map(reading => sumOf(reading, detail ? interfaceKey(detail) : null));
      return {
        host: host.name,
        total_stats: totals(iface, points, detail?.speed_mbps ?? null),
        top_connections: [],
        unattributed_share: null,
        series: points.slice(1).map((point, index) => seriesPoint(points[index], point)),
        source,
      };
    },
  };
}

/** One reading at the start and one at the end of each second, on the beat of the first. */
async function readEachSecond(
  host: Host,
  seconds: number,
  clock: Clock,
  signal: AbortSignal,
  progress: MeasureOptions['progress'],
) {
  const readings: CounterReading[] = [];
  const collected = await collectWithFallback(counterBackends, host, undefined, signal);
  const startedMs = clock.monotonicMs();
  readings.push({ monotonicMs: startedMs, wallMs: clock.wallMs(), rows: collected.rows });
  for (let second = 1; second <= seconds; second++) {
    await waitMs(clock, startedMs + second * 1_000 - clock.monotonicMs(), signal);
    const { rows } = await collectWithFallback(counterBackends, host, undefined, signal);
    readings.push({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), rows });
    progress({ done: second / seconds, message: `${second} s / ${seconds} s` });
  }
  return { readings, source: collected.source };
}

type Point = Omit<CounterReading, 'rows'> & { counters: InterfaceCounters | undefined };

/** The counters of one interface, or of all added up. */
function sumOf({ rows, ...at }: CounterReading, key: string | null): Point {
  if (key !== null) return { ...at, counters: rows.find(row => interfaceKey(row) === key)?.counters };
  const counters = emptyCounters();
  for (const row of rows) {
    for (const name of COUNTER_NAMES) counters[name] += row.counters[name];
  }
  return { ...at, counters };
}

const COUNTER_NAMES = [
  'rx_bytes',
  'tx_bytes',
  'rx_packets',
  'tx_packets',
  'rx_errors',
  'tx_errors',
  'rx_dropped',
  'tx_dropped',
] as const;

const emptyCounters = (): InterfaceCounters => ({
  rx_bytes: 0,
  tx_bytes: 0,
  rx_packets: 0,
  tx_packets: 0,
  rx_errors: 0,
  tx_errors: 0,
  rx_dropped: 0,
  tx_dropped: 0,
});

const BITS_PER_MEGABIT = 1e6;
const BYTES_PER_MEGABYTE = 1e6;

/**
 * Totals of a sample from the first and the last reading. Where a counter went back in between (reset, wrap), the
 * seconds that can be told are added up instead.
 * @throws NetsondeError not_found when the interface was gone before the second reading
 */
export function totals(iface: string, points: readonly Point[], link_speed_mbps: number | null): InterfaceTraffic['total_stats'] {
  const grown = emptyCounters();
  let knownMs = 0;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (!before?.counters || !point.counters) continue;
    const step = growthOf(before.counters, point.counters);
    if (Object.values(step).includes(null)) continue;
    for (const name of COUNTER_NAMES) grown[name] += step[name] ?? 0;
    knownMs += point.monotonicMs - before.monotonicMs;
  }
  if (knownMs === 0) throw new NetsondeError('not_found', text('interfaces.gone', { iface }));
  const mbps = (bytes: number): number => ((perSecond(bytes, knownMs) ?? 0) * 8) / BITS_PER_MEGABIT;
  return {
    interface: iface,
    tx_total: grown.tx_bytes / BYTES_PER_MEGABYTE,
    rx_total: grown.rx_bytes / BYTES_PER_MEGABYTE,
    tx_rate_avg: mbps(grown.tx_bytes),
    rx_rate_avg: mbps(grown.rx_bytes),
    tx_packets: grown.tx_packets,
    rx_packets: grown.rx_packets,
    tx_errors: grown.tx_errors,
    rx_errors: grown.rx_errors,
    tx_dropped: grown.tx_dropped,
    rx_dropped: grown.rx_dropped,
    link_speed_mbps,
  };
}

function seriesPoint(before: Point | undefined, point: Point): InterfaceTraffic['series'][number] {
  const step = point.counters && before?.counters ? growthOf(before.counters, point.counters) : undefined;
  const mbps = (bytes: number | null | undefined): number | null => {
    const rate = perSecond(bytes ?? null, point.monotonicMs - (before?.monotonicMs ?? Number.NaN));
    return rate === null ? null : (rate * 8) / BITS_PER_MEGABIT;
  };
  return { t: new Date(point.wallMs).toISOString(), tx_rate: mbps(step?.tx_bytes), rx_rate: mbps(step?.rx_bytes) };
}
