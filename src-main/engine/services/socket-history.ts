import type { StreamMap } from '@shared/bridge';
import { asNetsondeError } from '@shared/errors';
import { countSockets, type SocketCount } from '@shared/model/socket-count';
import type { Clock } from './clock';
import type { SocketReading } from './sockets';
import { createPublisher, type Stop } from './stream';

type CountEvent = StreamMap['socket_counts']['event'];

export interface SocketHistory {
  listen(onEvent: (event: CountEvent) => void): Stop;
  stop: Stop;
}

/** As slow as that of the ports, for the same reason: it goes on with nobody looking. */
const INTERVAL_MS = 5_000;
/** Share of the time that reading may take: 100,000 sockets are counted less often. */
const DUTY = 0.01;
/** 15 minutes at the usual beat. */
const KEPT = 180;

/** Keeps how many sockets there were by state and program, so that a page can tell what was before it was opened. */
export function keepSocketHistory(read: () => Promise<Pick<SocketReading, 'sockets' | 'wallMs'>>, clock: Clock): SocketHistory {
  const publisher = createPublisher<SocketCount>();
  const kept: SocketCount[] = [];
  let stopped = false;
  let failing = false;
  /** What the reading before took. One slow reading is not a dear table: the first one meets a machine that starts. */
  let beforeMs = 0;
  let stopTimer: Stop = () => {};

  const beat = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const pauseMs = (): number => {
      const tookMs = clock.monotonicMs() - startedMs;
      return Math.max(0, Math.max(INTERVAL_MS, Math.min(tookMs, beforeMs) / DUTY) - tookMs);
    };
    try {
      const { sockets, wallMs } = await read();
      const rows = sockets.map(({ row }) => row);
      const count = countSockets(rows, wallMs, Math.round(clock.monotonicMs() - startedMs + pauseMs()));
      kept.push(count);
      kept.splice(0, Math.max(0, kept.length - KEPT));
      publisher.publish(count);
      failing = false;
    } catch (thrown) {
      if (!failing && !stopped)
        console.error(JSON.stringify({ level: 'error', message: `Socket counts: ${asNetsondeError(thrown).message}` }));
      failing = true;
    }
    const nextMs = pauseMs();
    beforeMs = clock.monotonicMs() - startedMs;
    if (!stopped) stopTimer = clock.after(nextMs, () => void beat());
  };

  void beat();
  return {
    listen(onEvent) {
      onEvent({ snapshot: true, counts: [...kept] });
      return publisher.listen(count => onEvent({ snapshot: false, counts: [count] }));
    },
    stop() {
      stopped = true;
      stopTimer();
    },
  };
}
