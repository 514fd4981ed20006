import type { Progress } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { isLocalRow } from '@shared/filter/row-tests';
import type { InterfaceCounters, InterfaceList, NetworkInterface } from '@shared/model/interface';
import type { Measured, MeasuredSource } from '@shared/model/source';
import type { InterfaceTraffic } from '@shared/model/traffic';
import { type Text, text } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import { counterBackends } from '../collectors/counters/index';
import type { Host } from '../hosts/host';
import { type Clock, waitMs } from './clock';
import { type EndedTraffic, type FlowResult, type FlowTarget, measureFlows, topConnections, unattributedShare } from './flows';
import { checkInterfaceName } from './iface-name';
import type { InterfaceService } from './interfaces';
import { type CounterReading, growthOf, interfaceKey, perSecond } from './rates';
import type { SocketService } from './sockets';

export interface MeasureOptions {
  signal: AbortSignal;
  progress: (progress: Progress) => void;
}

/** One measurement of one interface of any host. */
export interface TrafficService {
  /** @throws NetsondeError not_found when the interface does not exist there */
  measure(host: Host, iface: string, sampleSeconds: number, options: MeasureOptions): Promise<Measured<InterfaceTraffic>>;
}

/** Every interface together. */
const ANY = 'any';

export function createTrafficService(interfaces: InterfaceService, sockets: SocketService, clock: Clock): TrafficService {
  return {
    async measure(host, iface, sampleSeconds, { signal, progress }) {
      const startedMs = clock.monotonicMs();
      const list = await interfaces.list(host, signal);
      if (iface !== ANY) checkInterfaceName(host, iface, list.interfaces);
      const detail = list.details.find(({ name }) => name === iface);
      const key = detail ? interfaceKey(detail) : null;
      const readings: CounterReading[] = [];
      const sumUp = (): Pick<InterfaceTraffic, 'host' | 'total_stats' | 'series'> & { points: Point[] } => {
        const points = readings.map(reading => sumOf(reading, key));
        return {
          host: host.name,
          total_stats: totals(iface, points, detail?.speed_mbps ?? null),
          series: points.slice(1).map((point, index) => seriesPoint(points[index], point)),
          points,
        };
      };
      const counting = readEachSecond(host, sampleSeconds, clock, signal, progress, readings);
      const counted = counting.then(() => endedTraffic(sumUp()));
      const [source, traffic, found] = await Promise.all([
        counting,
        counted,
        measureFlows(host, flowTarget(list, detail), sampleSeconds, sockets, clock, counted, signal),
      ]).catch((thrown: unknown) => {
        if (!signal.aborted || readings.length < 2) throw thrown;
        const { points, ...data } = sumUp();
        throw new NetsondeError('cancelled', text('error.cancelled'), {
          cause: thrown,
          data: { ...data, partial: true, seconds: points.length - 1 },
        });
      });
      const { points, ...measured } = sumUp();
      const reasons = [source.reason, found.reason].filter(reason => reason !== null);
      return {
        ...measured,
        top_connections: topConnections(found.flows, sampleSeconds),
        unattributed_share: unattributedShare(found.flows, traffic, found.backend),
        source: {
          ...source,
          backend: found.backend === null ? source.backend : `${source.backend} + ${found.backend}`,
          privileged: found.backend === 'iftop',
          degraded: source.degraded || found.reason !== null,
          reason: reasons.length > 0 ? text('source.list', { list: reasons }) : null,
          remedies: [...source.remedies, ...found.remedies],
          duration_ms: Math.round(clock.monotonicMs() - startedMs),
          caveats: [...source.caveats, ...caveatsOf(iface, points, found.backend)],
        },
      };
    },
  };
}

function endedTraffic({
  total_stats,
  points,
}: {
  total_stats: InterfaceTraffic['total_stats'];
  points: readonly Point[];
}): EndedTraffic {
  const [before, last] = points.slice(-2).map(({ counters }) => counters && counters.rx_packets + counters.tx_packets);
  return {
    bytes: (total_stats.tx_total + total_stats.rx_total) * BYTES_PER_MEGABYTE,
    packets: total_stats.tx_packets + total_stats.rx_packets,
    quietAtEnd: last === before,
  };
}

type Ends = Parameters<FlowTarget['carries']>[0];

/** Which sockets talk over an interface: those bound to its addresses, and on loopback those that talk to this machine. */
export function flowTarget(list: Pick<InterfaceList, 'details'>, detail: NetworkInterface | undefined): FlowTarget {
  if (!detail) return { iface: null, loopback: false, carries: () => true };
  const own = new Set(list.details.flatMap(({ addresses }) => addresses.map(bareAddress)));
  const mine = new Set(detail.addresses.map(bareAddress));
  const stays = (row: Ends): boolean => own.has(comparable(row.foreign_ip)) || isLocalRow(row);
  return {
    iface: detail.name,
    loopback: detail.loopback,
    carries: row => (detail.loopback ? stays(row) : mine.has(comparable(row.local_ip)) && !stays(row)),
  };
}

const bareAddress = (address: string): string => comparable(address.split('/')[0] ?? '');
const comparable = (ip: string): string => ip.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');

function caveatsOf(iface: string, points: readonly Point[], backend: FlowResult['backend']): Text[] {
  const caveats: Text[] = [];
  if (iface === ANY) caveats.push(text('traffic.added_up'));
  if (backend === 'tcp_info') caveats.push(text('traffic.tcp_only'));
  const gap = points.some((point, index) => {
    const before = points[index - 1]?.counters;
    return index > 0 && (!before || !point.counters || Object.values(growthOf(before, point.counters)).includes(null));
  });
  if (gap) caveats.push(text('traffic.gap'));
  return caveats;
}

/** One reading at the start and one at the end of each second, on the beat of the first; what a cancel leaves is in `readings`. */
async function readEachSecond(
  host: Host,
  seconds: number,
  clock: Clock,
  signal: AbortSignal,
  progress: MeasureOptions['progress'],
  readings: CounterReading[],
): Promise<MeasuredSource> {
  const collected = await collectWithFallback(counterBackends, host, undefined, signal);
  const startedMs = clock.monotonicMs();
  readings.push({ monotonicMs: startedMs, wallMs: clock.wallMs(), rows: collected.rows });
  for (let second = 1; second <= seconds; second++) {
    await waitMs(clock, startedMs + second * 1_000 - clock.monotonicMs(), signal);
    const { rows } = await collectWithFallback(counterBackends, host, undefined, signal);
    readings.push({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), rows });
    progress({ done: second / seconds, message: `${second} s / ${seconds} s` });
  }
  return collected.source;
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
