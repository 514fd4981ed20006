import { expect, test } from 'vitest';
import { AF_INET, AF_INET6, SOCKET, SOCKET_BYTES } from '../../../helper/records';
import type { HelperSession } from '../../../helper/session';
import { readSockets } from './helper';

const TCP = 6;
const UDP = 17;
const STATE = { established: 1, timeWait: 6, unconnected: 7, listen: 10 } as const;
const ATTRIBUTION = { inherited: 1, exact: 2 } as const;
const OWN_NETNS = 4_026_531_840;

type Fields = Partial<Record<Exclude<keyof typeof SOCKET, 'local' | 'remote' | 'comm'>, number>> & {
  local?: readonly number[];
  remote?: readonly number[];
  comm?: string;
};
const U64 = new Set<string>(['cookie', 'inode', 'bytes_sent', 'bytes_received', 'opened_ns', 'process_started_ns']);
const U16 = new Set<string>(['local_port', 'remote_port']);
const U8 = new Set<string>(['family', 'protocol', 'state', 'attribution']);

/** A record as the iterators write it: an established connection of curl, if nothing else is said. */
function record(fields: Fields = {}): Buffer {
  const { local = [192, 0, 2, 1], remote = [198, 51, 100, 9], comm = 'curl', ...given } = fields;
  const numbers: Fields = {
    cookie: 1,
    inode: 77,
    pid: 7,
    uid: 1_000,
    netns: OWN_NETNS,
    local_port: 40_000,
    remote_port: 443,
    family: AF_INET,
    protocol: TCP,
    state: STATE.established,
    attribution: ATTRIBUTION.exact,
    ...given,
  };
  const bytes = Buffer.alloc(SOCKET_BYTES);
  for (const [name, value] of Object.entries(numbers) as [keyof typeof SOCKET, number][]) {
    // the keys of Fields
    if (U64.has(name)) bytes.writeBigUInt64LE(BigInt(value), SOCKET[name]);
    else if (U16.has(name)) bytes.writeUInt16LE(value, SOCKET[name]);
    else if (U8.has(name)) bytes.writeUInt8(value, SOCKET[name]);
    else bytes.writeUInt32LE(value, SOCKET[name]);
  }
  bytes.set(local, SOCKET.local);
  bytes.set(remote, SOCKET.remote);
  bytes.write(comm, SOCKET.comm);
  return bytes;
}

/** A helper that lists these records, in frames of a few. */
function read(...records: readonly Buffer[]) {
  const session = {
    facts: { netns: OWN_NETNS },
    clock: { boot_ns: 1_000_000_000, real_ns: 1_800_000_001_000_000_000 },
    list(_what: string, _timeoutMs: number, onRecords: (bytes: Buffer) => void) {
      for (let at = 0; at < records.length; at += 2) onRecords(Buffer.concat(records.slice(at, at + 2)));
      return Promise.resolve();
    },
  };
  return readSockets(session as unknown as HelperSession); // all that reading uses of one
}

test('a connection has what the kernel knows of it', async () => {
  const fields = {
    recv_queue: 3,
    send_queue: 4,
    rtt_us: 1_500,
    retransmits: 2,
    bytes_sent: 10,
    bytes_received: 20,
    opened_ns: 5e9,
  };
  expect(await read(record(fields))).toEqual([
    {
      protocol: 'TCP',
      recv_queue: 3,
      send_queue: 4,
      local_ip: '192.0.2.1',
      local_port: 40_000,
      foreign_ip: '198.51.100.9',
      foreign_port: 443,
      state: 'ESTABLISHED',
      inode: 77,
      uid: 1_000,
      cookie: 1,
      netns: null,
      opened_ms: 1_800_000_005_000,
      owners: [{ pid: 7, program: 'curl' }],
      rtt_ms: 1.5,
      retransmits: 2,
      tx_bytes: 10,
      rx_bytes: 20,
    },
  ]);
});

test('a socket that several processes hold is one row, the one that opened it first', async () => {
  const [socket, other] = await read(
    record({ pid: 8, comm: 'worker', attribution: ATTRIBUTION.inherited }),
    record({ pid: 7, comm: 'parent' }),
    record({ pid: 9, comm: 'worker', attribution: ATTRIBUTION.inherited }),
    record({ pid: 9, comm: 'worker', attribution: ATTRIBUTION.inherited }), // twice in one process: dup()
    record({ cookie: 2, pid: 8, comm: 'worker' }),
  );
  expect(socket?.owners?.map(({ pid }) => pid)).toEqual([7, 8, 9]);
  expect(other?.owners).toEqual([{ pid: 8, program: 'worker' }]); // the list that sockets of a process share is not the one above
});

test('sockets without a cookie are never taken for one', async () => {
  expect(await read(record({ cookie: 0 }), record({ cookie: 0 }))).toHaveLength(2);
});

test('what no process holds has no owner, no user and no counters', async () => {
  const [waiting, closing] = await read(
    record({ cookie: 0, inode: 0, pid: 0, state: STATE.timeWait, bytes_sent: 9 }),
    record({ cookie: 3, inode: 0, state: STATE.established, bytes_sent: 9, rtt_us: 5 }), // names its last user
  );
  const nothing = { owners: [], uid: null, rtt_ms: null, retransmits: null, tx_bytes: null, rx_bytes: null, opened_ms: null };
  expect(waiting).toMatchObject({ state: 'TIME_WAIT', cookie: null, ...nothing });
  expect(closing).toMatchObject({ state: 'ESTABLISHED', cookie: 3, ...nothing });
});

test('a listener and an unconnected UDP socket have no peer; a listener’s queues are no bytes', async () => {
  const nobody = { remote: [0, 0, 0, 0], remote_port: 0 };
  const [listener, udp] = await read(
    record({ ...nobody, state: STATE.listen, send_queue: 128, local: [0, 0, 0, 0], local_port: 80 }),
    record({ ...nobody, cookie: 2, protocol: UDP, state: STATE.unconnected, bytes_sent: 5 }),
  );
  expect(listener).toMatchObject({
    state: 'LISTEN',
    send_queue: 128,
    local_ip: '0.0.0.0',
    foreign_ip: '0.0.0.0',
    foreign_port: null,
    tx_bytes: null,
    retransmits: null,
  });
  expect(udp).toMatchObject({ protocol: 'UDP', state: '-', foreign_port: null, tx_bytes: 5, retransmits: null, rtt_ms: null });
});

test('IPv4 mapped into IPv6 keeps its prefix; another network namespace has its number', async () => {
  const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1];
  const [socket] = await read(record({ family: AF_INET6, local: mapped, remote: mapped, netns: 7 }));
  expect(socket).toMatchObject({ protocol: 'TCP6', local_ip: '::ffff:192.0.2.1', foreign_ip: '::ffff:192.0.2.1', netns: 7 });
});

test('a name with escapes in it is safe to print', async () => {
  const [socket] = await read(record({ comm: 'a\u001b[2Jb' }));
  expect(socket?.owners).toEqual([{ pid: 7, program: 'a[2Jb' }]);
});
