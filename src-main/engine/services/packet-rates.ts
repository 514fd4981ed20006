import type { Progress } from '@shared/bridge';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import type { InterfaceCounters, NetworkInterface } from '@shared/model/interface';
import type { PacketRate } from '@shared/model/packet-rate';
import type { Measured } from '@shared/model/source';
import { text } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import { counterBackends } from '../collectors/counters/index';
import { countInKernel } from '../collectors/packet-rate/helper';
import type { Host } from '../hosts/host';
import { type Clock, waitMs } from './clock';
import { checkInterfaceName } from './iface-name';
import type { InterfaceService } from './interfaces';
import { growth, interfaceKey } from './rates';

export interface CountRequest {
  /** Left out: that of the default route. */
  iface: string | undefined;
  direction: PacketRate['direction'];
  seconds: number;
  signal: AbortSignal;
  progress: (progress: Progress) => void;
}

/** Packets a second of one interface, one direction. */
export interface PacketRateService {
  /** @throws NetsondeError not_found without such an interface; cancelled and helper_lost as they happen */
  count(host: Host, request: CountRequest): Promise<Measured<PacketRate>>;
}

type Count = Pick<PacketRate, 'packets' | 'bytes' | 'seconds' | 'method'>;

export function createPacketRateService(interfaces: InterfaceService, clock: Clock): PacketRateService {
  return {
    async count(host, request) {
      const list = await interfaces.list(host, request.signal);
      const name = request.iface ?? list.default;
      if (name === null) throw new NetsondeError('not_found', text('rates.no_interface'));
      checkInterfaceName(host, name, list.interfaces);
      const detail = list.details.find(each => each.name === name);
      if (!detail) throw new NetsondeError('not_found', text('interfaces.gone', { iface: name }));
      const startedAt = new Date(clock.wallMs());
      const startedMs = clock.monotonicMs();
      let samples = 0;
      const kernel = await countInKernel(host, detail.index, {
        direction: request.direction,
        signal: request.signal,
        until: () => waitMs(clock, request.seconds * 1_000, request.signal),
        onSample: () => tell(request.progress, samples++, request.seconds),
      }).catch((thrown: unknown) => asFailure(thrown, request));
      const count = kernel instanceof NetsondeError ? await countByCounters(host, detail, request, clock) : kernel;
      const failure = kernel instanceof NetsondeError ? kernel : null;
      return {
        interface: name,
        direction: request.direction,
        packets_per_second: count.packets / count.seconds,
        ...count,
        source: {
          backend: count.method === 'counters' ? 'counters' : `eBPF ${count.method}`,
          privileged: count.method !== 'counters',
          degraded: failure !== null,
          reason: failure && text('source.skipped', { backend: 'eBPF', why: failure.text }),
          remedies: failure ? [{ backend: 'eBPF', code: failure.code, hint: failure.hintText }] : [],
          sampled_at: startedAt.toISOString(),
          duration_ms: Math.round(clock.monotonicMs() - startedMs),
          rtt_ms: host.rttMs,
          caveats: caveatsOf(count.method),
        },
      };
    },
  };
}

/** Without a helper, or where none of its programs attaches, the counters of the interface answer; a lost one does not. */
function asFailure(thrown: unknown, { signal }: CountRequest): NetsondeError {
  if (signal.aborted) throw new NetsondeError('cancelled', text('error.cancelled'));
  const error = asNetsondeError(thrown);
  if (error.code === 'unsupported' || error.code === 'permission_denied') return error;
  throw error;
}

function caveatsOf(method: Count['method']): ReturnType<typeof text>[] {
  if (method === 'cgroup') return [text('rates.only_sockets')];
  return method === 'counters' ? [text('rates.by_counters')] : [];
}

function tell(progress: CountRequest['progress'], second: number, seconds: number): void {
  progress({ done: Math.min(1, second / seconds), message: `${Math.min(second, seconds)} s / ${seconds} s` });
}

async function countByCounters(host: Host, detail: NetworkInterface, request: CountRequest, clock: Clock): Promise<Count> {
  const { seconds, direction, signal, progress } = request;
  const key = interfaceKey(detail);
  const read = async (): Promise<{ counters: InterfaceCounters; atMs: number }> => {
    const { rows } = await collectWithFallback(counterBackends, host, undefined, signal);
    const row = rows.find(each => interfaceKey(each) === key);
    if (!row) throw new NetsondeError('not_found', text('interfaces.gone', { iface: detail.name }));
    return { counters: row.counters, atMs: clock.monotonicMs() };
  };
  const before = await read();
  for (let second = 1; second <= seconds; second++) {
    await waitMs(clock, before.atMs + second * 1_000 - clock.monotonicMs(), signal);
    tell(progress, second, seconds);
  }
  const after = await read();
  const [packetName, byteName] =
    direction === 'incoming' ? (['rx_packets', 'rx_bytes'] as const) : (['tx_packets', 'tx_bytes'] as const);
  const packets = growth(before.counters[packetName], after.counters[packetName]);
  const bytes = growth(before.counters[byteName], after.counters[byteName]);
  if (packets === null || bytes === null) throw new NetsondeError('not_found', text('interfaces.gone', { iface: detail.name }));
  return { packets, bytes, seconds: (after.atMs - before.atMs) / 1_000, method: 'counters' };
}
