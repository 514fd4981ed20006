import type { OwnedFlow } from '../collectors/traffic/flow';
import type { Clock } from './clock';
import { socketId } from './first-seen';
import type { FlowTarget } from './flows';
import type { OwnedSocket, SocketReading } from './sockets';

interface Followed {
  owned: OwnedSocket;
  /** Counters at the start of the sample; zero for a connection that began in it. */
  base: { tx: number; rx: number };
}

/** Reads the table again and again while a sample runs, so that connections that come and go are not missed. */
export function followSockets(read: () => Promise<SocketReading>, clock: Clock) {
  const followed = new Map<string, Followed>();
  let first = true;
  let stopTimer = (): void => {};
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  const take = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const reading = await read().catch(() => null); // the next one may work; without any, sawBytes() stays false
    for (const owned of reading?.sockets ?? []) {
      const id = socketId(owned.socket);
      const known = followed.get(id);
      const { tx_bytes, rx_bytes } = owned.socket;
      if (known) {
        // TIME_WAIT rows have no counters and no process: what was known of the connection stays.
        if (tx_bytes !== null) known.owned = owned;
      } else followed.set(id, { owned, base: first ? { tx: tx_bytes ?? 0, rx: rx_bytes ?? 0 } : { tx: 0, rx: 0 } });
    }
    if (reading) first = false;
    const tookMs = clock.monotonicMs() - startedMs;
    if (!stopped) stopTimer = clock.after(Math.max(500, tookMs * 4), () => void (running = take()));
  };
  running = take();

  return {
    async finish(): Promise<void> {
      stopTimer();
      await running;
      stopTimer();
      running = take();
      await running;
      stopTimer();
    },
    stop(): void {
      stopped = true;
      stopTimer();
    },
    sockets: (): OwnedSocket[] => [...followed.values()].map(({ owned }) => owned),
    sawBytes: (): boolean => [...followed.values()].some(({ owned }) => owned.socket.tx_bytes !== null) || !first,
    flows(target: FlowTarget): OwnedFlow[] {
      return [...followed.values()].flatMap(({ owned: { socket, row }, base }) => {
        if (socket.tx_bytes === null || socket.rx_bytes === null || !target.carries(row)) return [];
        const tx = Math.max(0, socket.tx_bytes - base.tx);
        const rx = Math.max(0, socket.rx_bytes - base.rx);
        if (tx + rx === 0) return [];
        return [
          {
            protocol: row.protocol,
            local_ip: row.local_ip,
            local_port: row.local_port,
            foreign_ip: row.foreign_ip,
            foreign_port: row.foreign_port,
            tx_bytes: tx,
            rx_bytes: rx,
            pid: row.pid,
            program: row.program,
            attribution: row.attribution,
          },
        ];
      });
    },
  };
}
