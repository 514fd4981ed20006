import type { InterfaceSample } from '@shared/model/interface';
import type { InterfaceTraffic } from '@shared/model/traffic';
import { WINDOW } from '../../store/interfaces';

/** Adds the seconds of one measurement to those of the ones before, as the chart takes them. What it did not count is unknown. */
export function addSeries(before: readonly InterfaceSample[], traffic: InterfaceTraffic): InterfaceSample[] {
  const name = traffic.total_stats.interface;
  const kept = before.at(-1)?.interface === name ? before : [];
  const newest = kept.at(-1);
  const added = traffic.series
    .map(({ t, rx_rate, tx_rate }) => ({ at_ms: Date.parse(t), rx_rate, tx_rate }))
    .filter(({ at_ms }) => at_ms > (newest?.at_ms ?? 0))
    .map(
      ({ at_ms, rx_rate, tx_rate }, index): InterfaceSample => ({
        at_ms,
        sequence: (newest?.sequence ?? 0) + 1 + index,
        interval_ms: 1_000,
        interface: name,
        index: null,
        rx_rate_bps: rx_rate === null ? null : rx_rate * 1e6,
        tx_rate_bps: tx_rate === null ? null : tx_rate * 1e6,
        rx_packet_rate: null,
        tx_packet_rate: null,
        rx_errors: null,
        tx_errors: null,
        rx_dropped: null,
        tx_dropped: null,
      }),
    );
  return [...kept, ...added].slice(-WINDOW);
}
