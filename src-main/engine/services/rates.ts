import type { InterfaceCounters, InterfaceSample } from '@shared/model/interface';
import type { CounterRow } from '../collectors/counters/counter-row';

/** Counters of every interface at one moment. */
export interface CounterReading {
  monotonicMs: number;
  wallMs: number;
  rows: readonly CounterRow[];
}

/** Key of an interface over time: the index, so that a name that comes back is another interface; the name where there is none. */
export function interfaceKey({ index, name }: { index: number | null; name: string }): string {
  return index === null ? `name:${name}` : String(index);
}

/** Growth of a counter; null when it went back (reset or 32-bit wrap), for then nothing is known about the time between. */
export function growth(earlier: number | undefined, later: number): number | null {
  return earlier === undefined || later < earlier ? null : later - earlier;
}

/** Growth of all eight counters. One that went back makes none of them null but itself. */
export function growthOf(
  earlier: InterfaceCounters | undefined,
  later: InterfaceCounters,
): Record<keyof InterfaceCounters, number | null> {
  return {
    rx_bytes: growth(earlier?.rx_bytes, later.rx_bytes),
    tx_bytes: growth(earlier?.tx_bytes, later.tx_bytes),
    rx_packets: growth(earlier?.rx_packets, later.rx_packets),
    tx_packets: growth(earlier?.tx_packets, later.tx_packets),
    rx_errors: growth(earlier?.rx_errors, later.rx_errors),
    tx_errors: growth(earlier?.tx_errors, later.tx_errors),
    rx_dropped: growth(earlier?.rx_dropped, later.rx_dropped),
    tx_dropped: growth(earlier?.tx_dropped, later.tx_dropped),
  };
}

/** A count in an interval as a rate per second; null stays null. */
export function perSecond(count: number | null, intervalMs: number): number | null {
  return count === null || intervalMs <= 0 ? null : (count * 1000) / intervalMs;
}

/** One sample for each interface of the later reading. Rates are bit/s of link-layer bytes, not smoothed. */
export function samplesBetween(earlier: CounterReading, later: CounterReading, sequence: number): InterfaceSample[] {
  const before = new Map(earlier.rows.map(row => [interfaceKey(row), row.counters]));
  const interval_ms = Math.round((later.monotonicMs - earlier.monotonicMs) * 10) / 10;
  return later.rows.map(row => {
    const grown = growthOf(before.get(interfaceKey(row)), row.counters);
    const bits = (bytes: number | null): number | null => {
      const rate = perSecond(bytes, interval_ms);
      return rate === null ? null : Math.round(rate * 8);
    };
    return {
      at_ms: later.wallMs,
      sequence,
      interval_ms,
      interface: row.name,
      index: row.index,
      rx_rate_bps: bits(grown.rx_bytes),
      tx_rate_bps: bits(grown.tx_bytes),
      rx_packet_rate: perSecond(grown.rx_packets, interval_ms),
      tx_packet_rate: perSecond(grown.tx_packets, interval_ms),
      rx_errors: grown.rx_errors,
      tx_errors: grown.tx_errors,
      rx_dropped: grown.rx_dropped,
      tx_dropped: grown.tx_dropped,
    };
  });
}
