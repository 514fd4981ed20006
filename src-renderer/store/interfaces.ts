import type { InterfaceList, InterfaceSample, NetworkInterface } from '@shared/model/interface';
import { create } from 'zustand';

/** 15 minutes at one sample a second. */
export const WINDOW = 900;
const NONE: readonly InterfaceSample[] = [];

interface InterfacesState {
  samples: ReadonlyMap<string, readonly InterfaceSample[]>;
  list: InterfaceList | null;
  receive: (event: { snapshot: boolean; samples: InterfaceSample[] }) => void;
  receiveList: (list: InterfaceList) => void;
}

/** Adds samples to a window; the oldest leave. A window that got nothing stays the same object. */
export function appendSamples(
  windows: ReadonlyMap<string, readonly InterfaceSample[]>,
  event: { snapshot: boolean; samples: InterfaceSample[] },
): ReadonlyMap<string, readonly InterfaceSample[]> {
  const added = new Map<string, InterfaceSample[]>();
  for (const sample of event.samples) {
    const list = added.get(sample.interface);
    if (list) list.push(sample);
    else added.set(sample.interface, [sample]);
  }
  const next = new Map(event.snapshot ? [] : windows);
  for (const [name, samples] of added) {
    const before = event.snapshot ? NONE : (windows.get(name) ?? NONE);
    next.set(name, [...before, ...samples].slice(-WINDOW));
  }
  return next;
}

export const useInterfaces = create<InterfacesState>(set => ({
  samples: new Map(),
  list: null,
  receive: event => {
    if (event.samples.length > 0 || event.snapshot) set(state => ({ samples: appendSamples(state.samples, event) }));
  },
  receiveList: list => set({ list }),
}));

export const selectSamples =
  (name: string | null) =>
  (state: InterfacesState): readonly InterfaceSample[] =>
    (name === null ? undefined : state.samples.get(name)) ?? NONE;

export const selectDetails = (state: InterfacesState): readonly NetworkInterface[] | null => state.list?.details ?? null;

const VIRTUAL = new Set([
  'loopback',
  'veth',
  'bridge',
  'wireguard',
  'vlan',
  'tun',
  'tap',
  'dummy',
  'bond',
  'macvlan',
  'ipvlan',
  'vxlan',
  'gre',
  'ipip',
  'sit',
  'ifb',
]);

/**
 * The interfaces whose sum is what this machine sends and receives: real ones only, because a packet of a container
 * passes a veth, a bridge and a card and would count three times. Without a real one: the default, else all that run.
 */
export function interfacesInTotal(details: readonly NetworkInterface[]): string[] {
  const running = details.filter(({ up }) => up);
  const real = running.filter(({ kind, loopback }) => !loopback && !VIRTUAL.has(kind));
  if (real.length > 0) return real.map(({ name }) => name);
  const fallback = running.filter(({ is_default }) => is_default);
  return (fallback.length > 0 ? fallback : running).map(({ name }) => name);
}

/** The interface that carries most now, of those that pass a test; null when none of them moves. */
export function busiestOf(
  details: readonly NetworkInterface[],
  windows: ReadonlyMap<string, readonly InterfaceSample[]>,
  test: (details: NetworkInterface) => boolean,
): InterfaceSample | null {
  let busiest: InterfaceSample | null = null;
  for (const entry of details) {
    const sample = test(entry) ? windows.get(entry.name)?.at(-1) : undefined;
    if (sample && moves(sample) && carried(sample) > (busiest ? carried(busiest) : 0)) busiest = sample;
  }
  return busiest;
}

/** What a sample carries in both directions, in bit/s; a direction without a rate adds nothing. */
export function carried({ rx_rate_bps, tx_rate_bps }: InterfaceSample): number {
  return (rx_rate_bps ?? 0) + (tx_rate_bps ?? 0);
}

/** False for what is shown as 0 bit/s. */
export function moves(sample: InterfaceSample): boolean {
  return carried(sample) >= 1;
}

/** Sum of several windows, second by second. A second in which one of them has no rate has none. */
export function sumSamples(windows: readonly (readonly InterfaceSample[])[]): readonly InterfaceSample[] {
  const [first, ...others] = windows.filter(({ length }) => length > 0);
  if (!first) return NONE;
  if (others.length === 0) return first;
  const bySequence = others.map(list => new Map(list.map(sample => [sample.sequence, sample])));
  const add = (left: number | null, right: number | null): number | null =>
    left === null || right === null ? null : left + right;
  return first.flatMap(start => {
    let sum = start;
    for (const list of bySequence) {
      const other = list.get(start.sequence);
      // An interface that was not there yet adds nothing; one that is there without a rate makes the sum unknown.
      if (!other) continue;
      sum = {
        ...sum,
        rx_rate_bps: add(sum.rx_rate_bps, other.rx_rate_bps),
        tx_rate_bps: add(sum.tx_rate_bps, other.tx_rate_bps),
        rx_packet_rate: add(sum.rx_packet_rate, other.rx_packet_rate),
        tx_packet_rate: add(sum.tx_packet_rate, other.tx_packet_rate),
        rx_errors: add(sum.rx_errors, other.rx_errors),
        tx_errors: add(sum.tx_errors, other.tx_errors),
        rx_dropped: add(sum.rx_dropped, other.rx_dropped),
        tx_dropped: add(sum.tx_dropped, other.tx_dropped),
      };
    }
    return sum;
  });
}

/** The samples of the last so many seconds before the newest one. */
export function lastSeconds(samples: readonly InterfaceSample[], seconds: number): readonly InterfaceSample[] {
  const newest = samples.at(-1)?.at_ms ?? 0;
  const from = samples.findIndex(({ at_ms }) => at_ms > newest - seconds * 1000);
  return from <= 0 ? samples : samples.slice(from);
}

/** Greatest rate and when; null when no sample has one. */
export function peakOf(
  samples: readonly InterfaceSample[],
  direction: 'rx_rate_bps' | 'tx_rate_bps',
): { value: number; at_ms: number } | null {
  let peak: { value: number; at_ms: number } | null = null;
  for (const sample of samples) {
    const value = sample[direction];
    if (value !== null && (peak === null || value > peak.value)) peak = { value, at_ms: sample.at_ms };
  }
  return peak;
}

export function sumOf(
  samples: readonly InterfaceSample[],
  ...fields: ('rx_errors' | 'tx_errors' | 'rx_dropped' | 'tx_dropped')[]
): number {
  return samples.reduce((sum, sample) => sum + fields.reduce((part, field) => part + (sample[field] ?? 0), 0), 0);
}
