import { expect, test } from 'vitest';
import { answer, CLIENT, dnsMessage, query, RESOLVER } from '../../../../test/support/made-packets';
import { be16, bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0, Talk } from '../../../../test/support/talk';
import { LookupFilter } from './lookup-filter';

const ETHERNET = 1;
const NAME = 'www.example.org';
const TARGET = '198.51.100.7';

/** Numbers of the packets that are kept, from 1, and how many are not. */
function kept(packets: readonly Captured[], filter = new LookupFilter(NAME, [TARGET, '2001:DB8:0::7'])) {
  const numbers = packets.flatMap(({ at, frame }, index) =>
    filter.keeps(frame, 0, frame.length, frame.length, Math.floor(at), 0, ETHERNET) ? [index + 1] : [],
  );
  expect(filter.leftOut).toBe(packets.length - numbers.length);
  return numbers;
}

const overTcp = (name: string, at: number, port = 40_000) =>
  new Talk({ client: { ip: CLIENT.ip, port }, server: RESOLVER, at: T0 + at })
    .open()
    .c('PA', { data: bytes(be16(dnsMessage(false, { name }).length), dnsMessage(false, { name })) })
    .s('PA', { data: bytes(be16(dnsMessage(true, { name }).length), dnsMessage(true, { name })) }).packets;

/** An answer whose first record is a CNAME. */
function alias(at: number, name: string, target: string): Captured {
  const labels = (text: string) => bytes(...text.split('.').map(label => bytes(label.length, label)), 0);
  const message = bytes(
    [0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0],
    labels(name),
    [0, 1, 0, 1],
    [0xc0, 0x0c, 0, 5, 0, 1, 0, 0, 0, 60],
    be16(labels(target).length),
    labels(target),
  );
  return { at: T0 + at, frame: udp(RESOLVER, CLIENT, message) };
}

test.each([
  ['look-ups of the name and their answers are kept', [query(0), answer(0.01)], [1, 2]],
  ['upper and lower case and the final dot do not matter', [query(0, { name: 'WWW.example.ORG' })], [1]],
  [
    'other names are left out, asked and answered',
    [query(0, { name: 'tracker.example' }), answer(0, { name: 'tracker.example' })],
    [],
  ],
  [
    'names below it, above it and beside it are other names',
    ['a.www.example.org', 'example.org', 'www.example.org.example.net'].map(name => query(0, { name })),
    [],
  ],
  [
    'what it is an alias of belongs to it, from the answer on',
    [query(0, { name: 'cdn.example.net' }), query(1), alias(1.1, NAME, 'cdn.example.net'), query(2, { name: 'cdn.example.net' })],
    [2, 3, 4],
  ],
  [
    'what another name is an alias of does not',
    [alias(0, 'b.example', 'cdn.example.net'), query(1, { name: 'cdn.example.net' })],
    [],
  ],
  [
    'an answer that does not repeat its question is known by its number',
    [query(0, { id: 7 }), { at: T0, frame: udp(RESOLVER, CLIENT, bytes([0, 7, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0])) }],
    [1, 2],
  ],
  ['bytes on port 53 that are no DNS are left out', [{ at: T0, frame: udp(CLIENT, RESOLVER, bytes('no dns')) }], []],
  [
    'traffic of the captured addresses is kept, look-ups sent there too',
    [
      query(0, { name: 'tracker.example', server: { ip: TARGET, port: 53 } }),
      query(0, { name: 'tracker.example', client: { ip: '2001:db8::1', port: 5 }, server: { ip: '2001:db8::7', port: 53 } }),
      { at: T0, frame: udp({ ip: '192.0.2.1', port: 5 }, { ip: '192.0.2.2', port: 5_353 }, bytes('x')) },
    ],
    [1, 2, 3],
  ],
])('%s', (_name, packets, wanted) => {
  expect(kept(packets)).toEqual(wanted);
});

test('a connection for DNS is kept from its question on; after an answer that was cut, whole', () => {
  expect(kept(overTcp(NAME, 0))).toEqual([4, 5]);
  expect(kept(overTcp('tracker.example', 0))).toEqual([]);
  const cut = [query(0), answer(0.01, { truncated: true })];
  expect(kept([...cut, ...overTcp(NAME, 1)])).toEqual([1, 2, 3, 4, 5, 6, 7]);
  // Long after, it is not the second try of that look-up.
  expect(kept([...cut, ...overTcp('tracker.example', 60)])).toEqual([1, 2]);
});

test('names, questions and connections that are remembered are bounded', () => {
  const filter = new LookupFilter(NAME, []);
  const flood = Array.from({ length: 3_000 }, (_, id) => query(0, { id, client: { ip: CLIENT.ip, port: 1_024 + id } }));
  expect(kept(flood, filter)).toHaveLength(3_000);
  const forgotten: Captured = {
    at: T0,
    frame: udp(RESOLVER, { ip: CLIENT.ip, port: 1_024 }, bytes([0, 0, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0])),
  };
  expect(filter.keeps(forgotten.frame, 0, forgotten.frame.length, forgotten.frame.length, T0, 0, ETHERNET)).toBe(false);
});
