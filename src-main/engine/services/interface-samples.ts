import type { StreamMap } from '@shared/bridge';
import { asNetsondeError } from '@shared/errors';
import type { InterfaceSample } from '@shared/model/interface';
import { sanitizeUntrusted } from '@shared/sanitize';
import type { CounterRow } from '../collectors/counters/counter-row';
import type { Clock } from './clock';
import { type CounterReading, interfaceKey, samplesBetween } from './rates';
import { createPublisher, type Stop } from './stream';

/** 15 minutes at one sample a second. */
export const WINDOW = 900;
const INTERVAL_MS = 1_000;

type SampleEvent = StreamMap['interface_sample']['event'];

export interface InterfaceSamples {
  listen(params: StreamMap['interface_sample']['params'], onEvent: (event: SampleEvent) => void): Stop;
  /** The last reading, for rates that others compare with; null before the first. */
  latest: () => readonly InterfaceSample[];
  stop: Stop;
}

/**
 * Reads the counters of every interface once a second for as long as the engine runs, so that a page that opens has its
 * history. A reading costs less than a millisecond; 900 samples of one interface take about 150 kB.
 * A second without a reading (suspend, a busy machine) is a jump of the sequence, never a zero.
 */
export function sampleInterfaces(readCounters: () => Promise<CounterRow[]>, clock: Clock): InterfaceSamples {
  const windows = new Map<string, InterfaceSample[]>();
  const publisher = createPublisher<readonly InterfaceSample[]>();
  let latest: readonly InterfaceSample[] = [];
  let earlier: CounterReading | undefined;
  let sequence = 0;
  let stopped = false;
  let failing = false;
  let stopTimer: Stop = () => {};

  const read = async (): Promise<void> => {
    const dueMs = clock.monotonicMs() + INTERVAL_MS;
    try {
      const rows = (await readCounters()).map(row => ({ ...row, name: sanitizeUntrusted(row.name) }));
      const later = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), rows };
      if (earlier) {
        sequence += Math.max(1, Math.round((later.monotonicMs - earlier.monotonicMs) / INTERVAL_MS));
        keep(samplesBetween(earlier, later, sequence));
      }
      earlier = later;
      failing = false;
    } catch (thrown) {
      // The next second tries again; the chart shows the gap. Said once, not each second.
      if (!failing)
        console.error(JSON.stringify({ level: 'error', message: `Interface counters: ${asNetsondeError(thrown).message}` }));
      failing = true;
    }
    if (!stopped) stopTimer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => void read());
  };

  const keep = (samples: readonly InterfaceSample[]): void => {
    latest = samples;
    const present = new Set<string>();
    for (const sample of samples) {
      const key = interfaceKey({ index: sample.index, name: sample.interface });
      present.add(key);
      const window = windows.get(key);
      if (!window) windows.set(key, [sample]);
      else if (window.push(sample) > WINDOW) window.shift();
    }
    for (const key of windows.keys()) if (!present.has(key)) windows.delete(key);
    publisher.publish(samples);
  };

  /** The windows of interfaces that exist now, under the name they have now: a renamed one keeps its history. */
  const snapshot = (iface: string | null): InterfaceSample[] =>
    [...windows.values()]
      .flatMap(window => {
        const name = window.at(-1)?.interface;
        if (name === undefined || (iface !== null && name !== iface)) return [];
        return window.map(sample => (sample.interface === name ? sample : { ...sample, interface: name }));
      })
      .sort((a, b) => a.sequence - b.sequence);

  void read();
  return {
    listen({ interface: iface }, onEvent) {
      onEvent({ snapshot: true, samples: snapshot(iface) });
      return publisher.listen(samples => {
        const wanted = iface === null ? [...samples] : samples.filter(sample => sample.interface === iface);
        if (wanted.length > 0) onEvent({ snapshot: false, samples: wanted });
      });
    },
    latest: () => latest,
    stop() {
      stopped = true;
      stopTimer();
    },
  };
}
