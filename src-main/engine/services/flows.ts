import { asNetsondeError, NetsondeError } from '@shared/errors';
import type { Connection } from '@shared/model/connection';
import type { MeasuredSource } from '@shared/model/source';
import type { TopConnection } from '@shared/model/traffic';
import type { Text } from '@shared/text/index';
import { text } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import type { Flow, OwnedFlow } from '../collectors/traffic/flow';
import { type HelperFlows, openHelperFlows } from '../collectors/traffic/helper-flows';
import { flowBackends } from '../collectors/traffic/index';
import type { Host } from '../hosts/host';
import { type Clock, waitMs } from './clock';
import { followSockets } from './follow-sockets';
import type { OwnedSocket, SocketService } from './sockets';

export interface FlowResult {
  flows: OwnedFlow[];
  /** What told them; null when nothing could. */
  backend: 'eBPF' | 'iftop' | 'nettop' | 'tcp_info' | null;
  reason: string | Text | null;
  remedies: MeasuredSource['remedies'];
}

/** What the kernel counted on the interface during the sample. */
export interface CountedTraffic {
  bytes: number;
  packets: number;
}

/** The same when the sample ended. */
export interface EndedTraffic extends CountedTraffic {
  /** No packet passed in the last second: there may be none to wake iftop either. */
  quietAtEnd: boolean;
}

export interface FlowTarget {
  iface: string | null;
  loopback: boolean;
  /** Whether a socket's traffic runs over the interface. */
  carries: (ends: Pick<Connection, 'local_ip' | 'foreign_ip' | 'foreign_port'>) => boolean;
}

/** iftop waits for packets: with fewer than these it may not end, and tcp_info knows as much. */
const FEW_PACKETS = 20;
const PATIENCE_QUIET_MS = 700;
const PATIENCE_STOPPED_MS = 2_000;
const PATIENCE_BUSY_MS = 6_000;

/**
 * Bytes of each connection while a sample runs. The helper counts exactly; without it iftop (or nettop) and the socket table work side by side: the table
 * gives iftop's rows their process, and its tcp_info answers by itself when iftop is absent, refused, or waits for
 * packets that never come.
 */
export async function measureFlows(
  host: Host,
  target: FlowTarget,
  seconds: number,
  sockets: SocketService,
  clock: Clock,
  ended: Promise<EndedTraffic>,
  signal: AbortSignal,
): Promise<FlowResult> {
  const exact = await beginExact(host);
  if (exact.sample) {
    try {
      await ended;
      return { flows: (await exact.sample.take()).filter(target.carries), backend: 'eBPF', reason: null, remedies: [] };
    } finally {
      exact.sample.stop();
    }
  }
  const result = await measureByPrograms(host, target, seconds, sockets, clock, ended, signal);
  if (!exact.failure) return result;
  const { failure } = exact;
  return {
    ...result,
    reason: text('source.list', {
      list: [text('source.skipped', { backend: 'eBPF', why: failure.text }), ...(result.reason ? [result.reason] : [])],
    }),
    remedies: [{ backend: 'eBPF', code: failure.code, hint: failure.hintText }, ...result.remedies],
  };
}

/** The helper's sample; why not, where there is none; neither where nobody would expect one (not Linux). */
async function beginExact(host: Host): Promise<{ sample?: HelperFlows; failure?: NetsondeError }> {
  if (host.helper === null || host.platform !== 'linux') return {};
  try {
    return { sample: await openHelperFlows(host) };
  } catch (thrown) {
    return { failure: asNetsondeError(thrown) };
  }
}

async function measureByPrograms(
  host: Host,
  target: FlowTarget,
  seconds: number,
  sockets: SocketService,
  clock: Clock,
  ended: Promise<EndedTraffic>,
  signal: AbortSignal,
): Promise<FlowResult> {
  const stopProgram = new AbortController();
  const programSignal = AbortSignal.any([signal, stopProgram.signal]);
  const program = collectWithFallback(flowBackends, host, { iface: target.iface, seconds }, programSignal).then(
    ({ rows, source }) => ({ rows, backend: source.backend, failure: null }),
    (thrown: unknown) => ({ rows: null, backend: null, failure: ownReason(asNetsondeError(thrown)) }),
  );
  const follower = followSockets(() => sockets.read(host), clock);
  try {
    const counted = await ended;
    await follower.finish();
    if (counted.packets === 0) {
      // Nothing passed: iftop would wait for ever, and there is nothing that it could add.
      const early = await Promise.race([program, Promise.resolve(null)]);
      return describe(early?.failure ?? null, [], early?.failure ? 'tcp_info' : host.platform === 'darwin' ? 'nettop' : 'iftop');
    }
    const patienceMs = patience(counted);
    const stopWaiting = new AbortController();
    const late = waitMs(clock, patienceMs, AbortSignal.any([signal, stopWaiting.signal])).then(() => null);
    const said = await Promise.race([program, late]).finally(() => stopWaiting.abort());
    late.catch(() => {}); // ended by stopWaiting
    signal.throwIfAborted();
    if (said?.rows) {
      const index = indexSockets(follower.sockets());
      return describe(
        null,
        (target.loopback ? bothEnds(said.rows) : said.rows).map(flow => attribute(flow, index)),
        said.backend === 'nettop' ? 'nettop' : 'iftop',
      );
    }
    const failure = said?.failure ?? new NetsondeError('timeout', 'iftop waited for more packets than came.');
    if (!follower.sawBytes()) return describe(failure, [], null);
    return describe(failure, follower.flows(target), 'tcp_info');
  } finally {
    stopProgram.abort();
    follower.stop();
  }
}

function patience({ packets, quietAtEnd }: EndedTraffic): number {
  if (packets < FEW_PACKETS) return PATIENCE_QUIET_MS;
  return quietAtEnd ? PATIENCE_STOPPED_MS : PATIENCE_BUSY_MS;
}

/**
 * On loopback iftop calls every packet sent and shows the sender's end alone. The kernel counts it as received too, and so
 * does the process at the other end: each flow gets its mirror, and what one end sent is what the other received.
 */
export function bothEnds(flows: readonly Flow[]): Flow[] {
  const key = (flow: Flow, mirrored: boolean): string =>
    mirrored
      ? endsKey(flow.foreign_ip, flow.foreign_port, flow.local_ip, flow.local_port)
      : endsKey(flow.local_ip, flow.local_port, flow.foreign_ip, flow.foreign_port);
  const seen = new Map(flows.map(flow => [key(flow, false), flow]));
  const mirrors = flows
    .filter(flow => !seen.has(key(flow, true)))
    .map(flow => ({
      ...flow,
      local_ip: flow.foreign_ip,
      local_port: flow.foreign_port,
      foreign_ip: flow.local_ip,
      foreign_port: flow.local_port,
      local_cut: flow.foreign_cut,
      foreign_cut: flow.local_cut,
      tx_bytes: flow.rx_bytes,
      rx_bytes: flow.tx_bytes,
    }));
  return [...flows.map(flow => ({ ...flow, rx_bytes: flow.rx_bytes + (seen.get(key(flow, true))?.tx_bytes ?? 0) })), ...mirrors];
}

/** What the one program of this platform said, without the frame around it. */
function ownReason(error: NetsondeError): NetsondeError {
  return error.cause instanceof NetsondeError ? error.cause : error;
}

function describe(failure: NetsondeError | null, flows: OwnedFlow[], backend: FlowResult['backend']): FlowResult {
  if (!failure) return { flows, backend, reason: null, remedies: [] };
  return {
    flows,
    backend,
    reason: failure.text,
    remedies: failure.code === 'timeout' ? [] : [{ backend: 'iftop', code: failure.code, hint: failure.hintText }],
  };
}

export interface SocketIndex {
  byEnds: Map<string, OwnedSocket>;
  listeners: Map<string, OwnedSocket>;
}

const endsKey = (localIp: string, localPort: number | null, foreignIp: string, foreignPort: number | null): string =>
  `${plain(localIp)} ${localPort} ${plain(foreignIp)} ${foreignPort}`;

/** Without zone and without the prefix of a mapped address, as iftop writes addresses. */
function plain(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
}

export function indexSockets(sockets: readonly OwnedSocket[]): SocketIndex {
  const byEnds = new Map<string, OwnedSocket>();
  const listeners = new Map<string, OwnedSocket>();
  for (const owned of sockets) {
    const { row } = owned;
    if (row.foreign_port !== null) {
      const key = endsKey(row.local_ip, row.local_port, row.foreign_ip, row.foreign_port);
      if (row.pid !== null || !byEnds.has(key)) byEnds.set(key, owned);
    } else listeners.set(`${row.protocol.slice(0, 3)} ${row.local_port}`, owned);
  }
  return { byEnds, listeners };
}

/** Gives a flow of iftop its protocol and process: by both ends, else by what listens on the local port. */
export function attribute(flow: Flow, index: SocketIndex): OwnedFlow {
  if (flow.pid !== null) return { ...flow, attribution: 'exact' };
  const { byEnds, listeners } = index;
  const cut = (flow.local_cut ?? false) || (flow.foreign_cut ?? false);
  const exact = cut
    ? findCut(flow, byEnds)
    : byEnds.get(endsKey(flow.local_ip, flow.local_port, flow.foreign_ip, flow.foreign_port));
  if (exact) {
    const { row } = exact;
    return {
      ...flow,
      ...(cut ? { local_ip: row.local_ip, foreign_ip: row.foreign_ip, local_cut: false, foreign_cut: false } : {}),
      protocol: row.protocol,
      pid: row.pid,
      program: row.program,
      attribution: row.attribution,
    };
  }
  // Several connections may begin alike: whose the bytes are is not known, nor at which address.
  if (cut) return { ...flow, attribution: 'none' };
  const tcp = listeners.get(`TCP ${flow.local_port}`);
  const udp = listeners.get(`UDP ${flow.local_port}`);
  // Both protocols listen there: which one it was is not known, and a guess is worse than none.
  const listener = flow.local_port === null || (tcp && udp) ? undefined : (tcp ?? udp);
  if (!listener) return { ...flow, attribution: 'none' };
  const { row } = listener;
  return {
    ...flow,
    protocol: row.protocol,
    pid: row.pid,
    program: row.program,
    attribution: row.pid === null ? 'none' : row.protocol.startsWith('UDP') ? row.attribution : 'inherited',
  };
}

/** The one connection with these ports whose addresses begin as iftop had room to print them. */
function findCut(flow: Flow, byEnds: ReadonlyMap<string, OwnedSocket>): OwnedSocket | undefined {
  const begins = (ip: string, known: string, cut = false): boolean => (cut ? plain(ip).startsWith(known) : plain(ip) === known);
  const matching = [...byEnds.values()].filter(
    ({ row }) =>
      row.local_port === flow.local_port &&
      row.foreign_port === flow.foreign_port &&
      begins(row.local_ip, flow.local_ip, flow.local_cut) &&
      begins(row.foreign_ip, flow.foreign_ip, flow.foreign_cut),
  );
  return matching.length === 1 ? matching[0] : undefined;
}

const TOP = 10;
const BITS_PER_MEGABIT = 1e6;
const BYTES_PER_MEGABYTE = 1e6;

/** The busiest flows by receive rate, then by send rate, as the contract shows them. */
export function topConnections(flows: readonly OwnedFlow[], seconds: number): TopConnection[] {
  return [...flows]
    .sort((a, b) => b.rx_bytes - a.rx_bytes || b.tx_bytes - a.tx_bytes)
    .slice(0, TOP)
    .map(flow => ({
      protocol: flow.protocol ?? (flow.local_port === null ? 'IP' : '-'),
      source: formatEnd(flow.local_ip, flow.local_port, flow.local_cut),
      destination: formatEnd(flow.foreign_ip, flow.foreign_port, flow.foreign_cut),
      tx_rate: (flow.tx_bytes * 8) / seconds / BITS_PER_MEGABIT,
      rx_rate: (flow.rx_bytes * 8) / seconds / BITS_PER_MEGABIT,
      tx_total: flow.tx_bytes / BYTES_PER_MEGABYTE,
      rx_total: flow.rx_bytes / BYTES_PER_MEGABYTE,
      pid: flow.pid,
      program: flow.program,
      attribution: flow.attribution,
    }));
}

/** What is only the beginning of an address ends with …, so that nobody takes it for one. */
function formatEnd(address: string, port: number | null, cut = false): string {
  const ip = cut ? `${address}…` : address;
  if (port === null) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Bytes of a packet that a backend does not count: iftop leaves out the link header, tcp_info all three headers. */
const UNCOUNTED = { eBPF: 66, iftop: 14, nettop: 66, tcp_info: 66 } as const;

/**
 * Share of the kernel's bytes that belong to no known process, 0 to 1; null when connections could not be seen. Headers
 * that the backend does not count are taken off the kernel's bytes first, or they would look like a stranger's traffic.
 */
export function unattributedShare(
  flows: readonly OwnedFlow[],
  counted: CountedTraffic,
  backend: FlowResult['backend'],
): number | null {
  if (backend === null) return null;
  const seen = flows.reduce((sum, { tx_bytes, rx_bytes }) => sum + tx_bytes + rx_bytes, 0);
  const attributed = flows.reduce((sum, { pid, tx_bytes, rx_bytes }) => sum + (pid === null ? 0 : tx_bytes + rx_bytes), 0);
  const all = Math.max(seen, counted.bytes - UNCOUNTED[backend] * counted.packets);
  if (all <= 0) return 0;
  return Math.round(Math.min(1, Math.max(0, 1 - attributed / all)) * 1000) / 1000;
}
