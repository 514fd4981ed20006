import type { Connection } from '@shared/model/connection';
import {
  AF_INET6,
  ATTRIBUTIONS,
  EVENT,
  EVENT_BYTES,
  eachRecord,
  FLOW_BYTES,
  type FlowRecord,
  KIND,
  readAddress,
  readFlow,
  readName,
  readSocketAddress,
  readU64,
  SOCKET,
  SOCKET_BYTES,
} from '../../../helper/records';
import type { HelperSession } from '../../../helper/session';
import type { Host } from '../../hosts/host';
import { helperOf } from '../helper-session';
import type { OwnedFlow } from './flow';

/** One end of a connection with its counters at an instant. */
interface Counted {
  protocol: Connection['protocol'];
  local_ip: string;
  local_port: number | null;
  foreign_ip: string;
  foreign_port: number | null;
  tx: number;
  rx: number;
  pid: number | null;
  program: string;
  attribution: Connection['attribution'];
}

export interface HelperFlows {
  /** What passed since the last call, or since the beginning. @throws NetsondeError helper_lost when the helper went away */
  take(): Promise<OwnedFlow[]>;
  stop(): void;
}

const TIMEOUT_MS = 10_000;
const TCP = 6;
/** SYN_RECV, TIME_WAIT and LISTEN count nothing. */
const UNCOUNTED_STATES = new Set([3, 6, 10]);

/**
 * Payload of every connection and UDP flow between two looks, exact: the kernel's counters at both, and those of
 * connections that closed in between. Nothing is lost between two looks, so a process that lived for a millisecond shows.
 */
export async function openHelperFlows(host: Host): Promise<HelperFlows> {
  const session = await helperOf(host);
  let closed = new Map<string, Counted>();
  const stop = host.helper?.listen({ onEvents: records => keepClosed(records, session.facts.netns, closed) }) ?? (() => {});
  try {
    let before = await read(session);
    return {
      async take() {
        const after = await read(session);
        const ended = closed;
        closed = new Map();
        const flows = subtract(before, new Map([...after, ...ended]));
        before = after;
        return flows;
      },
      stop,
    };
  } catch (thrown) {
    stop();
    throw thrown;
  }
}

/** What each grew by; a connection that was not there before began at zero. */
function subtract(before: ReadonlyMap<string, Counted>, after: ReadonlyMap<string, Counted>): OwnedFlow[] {
  const flows: OwnedFlow[] = [];
  for (const [id, { tx, rx, ...end }] of after) {
    const base = before.get(id);
    const tx_bytes = Math.max(0, tx - (base?.tx ?? 0));
    const rx_bytes = Math.max(0, rx - (base?.rx ?? 0));
    if (tx_bytes + rx_bytes > 0) flows.push({ ...end, tx_bytes, rx_bytes });
  }
  return flows;
}

async function read(session: HelperSession): Promise<Map<string, Counted>> {
  const counted = new Map<string, Counted>();
  const takeSocket = (bytes: Buffer, at: number): void => {
    if (bytes[at + SOCKET.protocol] !== TCP || bytes.readUInt32LE(at + SOCKET.netns) !== session.facts.netns) return;
    if (UNCOUNTED_STATES.has(bytes[at + SOCKET.state] ?? 0)) return;
    const id = `${TCP} ${readU64(bytes, at + SOCKET.cookie)}`;
    const surest = (counted.get(id)?.attribution ?? 'none') === 'exact'; // several processes hold it
    if (surest) return;
    const family = bytes[at + SOCKET.family] ?? 0;
    counted.set(id, {
      protocol: family === AF_INET6 ? 'TCP6' : 'TCP',
      local_ip: unmapped(readSocketAddress(bytes, at + SOCKET.local, family)),
      local_port: bytes.readUInt16LE(at + SOCKET.local_port),
      foreign_ip: unmapped(readSocketAddress(bytes, at + SOCKET.remote, family)),
      foreign_port: bytes.readUInt16LE(at + SOCKET.remote_port),
      tx: readU64(bytes, at + SOCKET.bytes_sent),
      rx: readU64(bytes, at + SOCKET.bytes_received),
      pid: bytes.readUInt32LE(at + SOCKET.pid) || null,
      program: readName(bytes, at + SOCKET.comm) || '-',
      attribution: ATTRIBUTIONS[bytes[at + SOCKET.attribution] ?? 0] ?? 'none',
    });
  };
  await Promise.all([session.list('sockets', TIMEOUT_MS, eachRecord(SOCKET_BYTES, takeSocket)), readUdpFlows(session, counted)]);
  return counted;
}

const unmapped = (ip: string): string => ip.replace(/^::ffff:(?=\d+\.)/, '');

/** UDP by socket and peer; nothing on a kernel where they are not counted (the features say so). */
async function readUdpFlows(session: HelperSession, counted: Map<string, Counted>): Promise<void> {
  if (!session.facts.features.some(({ name, loaded }) => name === 'udp_flows' && loaded)) return;
  const take = (flow: FlowRecord): void => {
    if (flow.netns !== session.facts.netns && flow.netns !== 0) return;
    counted.set(`17 ${flow.cookie} ${flow.remote} ${flow.remote_port}`, {
      protocol: flow.local.includes(':') ? 'UDP6' : 'UDP',
      local_ip: flow.local,
      local_port: flow.local_port,
      foreign_ip: flow.remote,
      foreign_port: flow.remote_port,
      tx: flow.tx_bytes,
      rx: flow.rx_bytes,
      pid: flow.pid || null,
      program: flow.comm || '-',
      attribution: ATTRIBUTIONS[flow.attribution] ?? 'none',
    });
  };
  await session.list(
    'flows',
    TIMEOUT_MS,
    eachRecord(FLOW_BYTES, (bytes, at) => take(readFlow(bytes, at))),
  );
}

function keepClosed(records: Buffer, ownNetns: number, closed: Map<string, Counted>): void {
  for (let at = 0; at + EVENT_BYTES <= records.length; at += EVENT_BYTES) {
    if (records[at + EVENT.kind] !== KIND.closed || records.readUInt32LE(at + EVENT.netns) !== ownNetns) continue;
    const family = records[at + EVENT.family] ?? 0;
    const pid = records.readUInt32LE(at + EVENT.pid);
    closed.set(`${TCP} ${readU64(records, at + EVENT.cookie)}`, {
      protocol: family === AF_INET6 ? 'TCP6' : 'TCP',
      local_ip: readAddress(records, at + EVENT.local, family),
      local_port: records.readUInt16LE(at + EVENT.local_port),
      foreign_ip: readAddress(records, at + EVENT.remote, family),
      foreign_port: records.readUInt16LE(at + EVENT.remote_port),
      tx: readU64(records, at + EVENT.bytes_sent),
      rx: readU64(records, at + EVENT.bytes_received),
      pid: pid || null,
      program: readName(records, at + EVENT.comm) || '-',
      attribution: ATTRIBUTIONS[records[at + EVENT.attribution] ?? 0] ?? 'none',
    });
  }
}
