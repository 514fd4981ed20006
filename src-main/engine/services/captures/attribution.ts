import { asNetsondeError } from '@shared/errors';
import type { Attribution } from '@shared/model/source';
import type { Host } from '../../hosts/host';
import type { EventService } from '../events/event-service';
import type { SocketService } from '../sockets';

export interface FlowOwner {
  pid: number;
  program: string;
  attribution: Attribution;
}

/** Whose flows are captured: by the socket table while it runs, and by kernel events for what was shorter than a look. */
export interface FlowOwners {
  /** Looks at the sockets now. */
  look(): Promise<void>;
  /** Adds what the kernel told since `sinceIso`. */
  readEvents(sinceIso: string): Promise<void>;
  /** The owner of the local end of a flow; of two local ends, the one of `a`. */
  ownerOf(a: End, b: End): FlowOwner | null;
  /** All that is known, for the analysis in its thread. */
  readonly known: KnownOwners;
}

/** By both ends of a flow, the local one first. */
export type KnownOwners = ReadonlyMap<string, FlowOwner>;

interface End {
  addr: string;
  port: number;
}

const MAX_KNOWN = 65_536;
const MAX_EVENTS = 10_000;

export function createFlowOwners(host: Host, sockets: SocketService, events: EventService): FlowOwners {
  const known = new Map<string, FlowOwner>();
  const note = (local: string, foreign: string, owner: FlowOwner): void => {
    if (known.size < MAX_KNOWN) known.set(`${local} ${foreign}`, owner);
  };
  return {
    async look() {
      try {
        const reading = await sockets.read(host);
        for (const { row } of reading.sockets) {
          if (row.pid === null) continue;
          const owner = { pid: row.pid, program: row.program, attribution: row.attribution };
          const foreign = row.foreign_port === null ? '*' : end(row.foreign_ip, row.foreign_port);
          note(end(row.local_ip, row.local_port), foreign, owner);
          // An unconnected UDP socket or a listener owns what comes to its port.
          if (foreign === '*') note(`*:${row.local_port}/${row.protocol.slice(0, 3)}`, '*', owner);
        }
      } catch (thrown) {
        // Without a socket table flows have no process: the report says "not known".
        console.error(
          JSON.stringify({ level: 'warning', message: `Sockets during a capture: ${asNetsondeError(thrown).message}` }),
        );
      }
    },
    async readEvents(sinceIso) {
      try {
        const list = await events.connections(host, {
          since: sinceIso,
          max_events: MAX_EVENTS,
          offset: 0,
          language: 'en',
        });
        for (const { pid, program, attribution, local, destination } of list.events) {
          if (pid !== null && local !== null) note(plain(local), plain(destination), { pid, program, attribution });
        }
      } catch (thrown) {
        const { code } = asNetsondeError(thrown);
        if (code !== 'unsupported' && code !== 'permission_denied' && code !== 'helper_lost') throw thrown;
      }
    },
    ownerOf: (a, b) => ownerIn(known, a, b),
    known,
  };
}

/** The owner of the local end of a flow; of two local ends, the one of `a`. */
export function ownerIn(known: KnownOwners, a: End, b: End): FlowOwner | null {
  const [first, second] = [end(a.addr, a.port), end(b.addr, b.port)];
  return known.get(`${first} ${second}`) ?? known.get(`${second} ${first}`) ?? null;
}

/** IPv4 in IPv6 is IPv4 on the wire. */
const end = (ip: string, port: number | null): string => `${ip.replace(/^::ffff:(?=\d+\.)/, '')} ${port}`;

/** `[2001:db8::1]:443` and `192.0.2.1:443` as end() writes them. */
function plain(address: string): string {
  const at = address.lastIndexOf(':');
  return end(address.slice(0, at).replace(/^\[|\]$/g, ''), Number(address.slice(at + 1)));
}
