import { describe, expect, test } from 'vitest';
import { AppFeed } from '../../../../test/support/app-feed';
import { be16, be32, bytes, hex, ipv4Bytes, sized16 } from '../../../../test/support/packet-bytes';
import { readDnsMessage } from './dns-message';

const name = (text: string) => bytes(...text.split('.').map(label => bytes(label.length, label)), 0);

function message({
  id = 7,
  flags = 0x0100,
  question = 'www.example.com',
  type = 1,
  answers = [] as Uint8Array[],
  more = bytes(),
  counts = [0, 0],
}) {
  return bytes(
    be16(id),
    be16(flags),
    be16(1),
    be16(answers.length),
    be16(counts[0] ?? 0),
    be16(counts[1] ?? 0),
    name(question),
    be16(type),
    be16(1),
    ...answers,
    more,
  );
}
const record = (type: number, ttl: number, data: Uint8Array, owner = hex('c00c')) =>
  bytes(owner, be16(type), be16(1), be32(ttl), sized16(data));
const a = (address: string, ttl = 60) => record(1, ttl, bytes(ipv4Bytes(address)));
const response = (options: Parameters<typeof message>[0] = {}) => message({ flags: 0x8180, ...options });

describe('a DNS message', () => {
  test('gives addresses, aliases and the shortest life of an answer', () => {
    const alias = record(5, 300, name('edge.example.net'));
    const read = readDnsMessage(response({ answers: [alias, a('192.0.2.10', 20), a('192.0.2.11', 30)] }), 0, 1_000);
    expect(read).toMatchObject({
      name: 'www.example.com',
      type: 1,
      rcode: 0,
      addresses: ['192.0.2.10', '192.0.2.11'],
      cnames: ['edge.example.net'],
      min_ttl_s: 20,
      malformed: false,
    });
  });

  test('tells from the SOA how long a missing name may be remembered', () => {
    const soa = record(
      6,
      3_600,
      bytes(name('ns.example.com'), name('root.example.com'), be32(1), be32(2), be32(3), be32(4), be32(300)),
    );
    const all = response({ flags: 0x8183, more: soa, counts: [1, 0] });
    expect(readDnsMessage(all, 0, all.length)).toMatchObject({
      rcode: 3,
      soa: 'www.example.com',
      negative_ttl_s: 300,
      referral: false,
    });
  });

  test('reads EDNS and the extended error', () => {
    const opt = bytes(0, be16(41), be16(1232), be32(0), sized16(be16(15), sized16(be16(6), 'bogus')));
    const all = response({ flags: 0x8182, more: opt, counts: [0, 1] });
    expect(readDnsMessage(all, 0, all.length)).toMatchObject({ edns_bytes: 1232, ede: { code: 6, text: 'bogus' } });
  });

  test('escapes what is not printable in a name', () => {
    const all = message({ question: 'a\x1b[31m.exa mple' });
    expect(readDnsMessage(all, 0, all.length)?.name).toBe('a\\027[31m.exa\\032mple');
  });

  test.each([
    ['to itself', 'c00c'],
    ['forward', 'c020'],
    ['to each other', 'c00ec00c'],
  ])('ends when a name points %s', (_how, pointer) => {
    const all = bytes(
      be16(1),
      be16(0x0100),
      be16(1),
      be16(0),
      be16(0),
      be16(0),
      hex(pointer),
      be16(1),
      be16(1),
      new Uint8Array(20),
    );
    expect(readDnsMessage(all, 0, all.length)).toMatchObject({ name: null, malformed: true });
  });

  test('never throws, however it is cut or filled', () => {
    const whole = response({ answers: [a('192.0.2.10'), record(15, 1, bytes(0, 1, name('mx.example.com')))] });
    for (let end = 0; end <= whole.length; end++) {
      readDnsMessage(whole, 0, end);
      for (const value of [0, 0x3f, 0xc0, 0xff])
        readDnsMessage(whole.with(Math.min(end, whole.length - 1), value), 0, whole.length);
    }
  });
});

describe('DNS transactions', () => {
  test('an answer belongs to its query and says how long it took', () => {
    const feed = new AppFeed(53)
      .datagram(0, message({}), { at: 10 })
      .datagram(1, response({ answers: [a('192.0.2.9')] }), { at: 10.25 });
    expect(feed.rows.dns.rows).toMatchObject([
      {
        name: 'www.example.com',
        type: 'A',
        client: '192.0.2.1',
        server: '192.0.2.2',
        rcode: 'NOERROR',
        response_ms: 250,
        query_frame: 1,
        response_frame: 2,
      },
    ]);
    expect(feed.frames('dns')).toEqual([1, 2]);
  });

  test('a repeated query is a row of its own, the answer goes to the first', () => {
    const feed = new AppFeed(53).datagram(0, message({})).datagram(0, message({})).datagram(1, response());
    expect(feed.rows.dns.rows).toMatchObject([
      { rcode: 'NOERROR', repeated: false },
      { rcode: null, repeated: true },
    ]);
  });

  test('the same number after five seconds is a new query', () => {
    const feed = new AppFeed(53)
      .datagram(0, message({}), { at: 1 })
      .datagram(0, message({}), { at: 7 })
      .datagram(1, response(), { at: 8 });
    expect(feed.rows.dns.rows.map(row => row.response_ms)).toEqual([null, 1_000]);
  });

  test('a second, different answer is kept beside the first', () => {
    const feed = new AppFeed(53)
      .datagram(0, message({}))
      .datagram(1, response({ answers: [a('192.0.2.9')] }))
      .datagram(1, response({ answers: [a('203.0.113.66')] }));
    expect(feed.rows.dns.rows[0]).toMatchObject({
      addresses: ['192.0.2.9'],
      second_answers: [{ frame: 3, addresses: ['203.0.113.66'] }],
    });
  });

  test('an answer nobody asked for is a row that says so', () => {
    expect(new AppFeed(53).datagram(1, response()).rows.dns.rows).toMatchObject([
      { unsolicited: true, client: '192.0.2.1', rcode: 'NOERROR' },
    ]);
  });

  test('an answer to another question is noticed, case is not', () => {
    const other = new AppFeed(53).datagram(0, message({})).datagram(1, response({ question: 'evil.example.com' }));
    expect(other.rows.dns.rows[0]?.question_differs).toBe(true);
    const mixed = new AppFeed(53).datagram(0, message({})).datagram(1, response({ question: 'wWw.eXample.com' }));
    expect(mixed.rows.dns.rows[0]?.question_differs).toBe(false);
  });

  test('over TCP messages are cut anywhere', () => {
    const stream = bytes(sized16(message({ id: 1 })), sized16(message({ id: 2, type: 28 })));
    for (let size = 1; size <= stream.length; size++) {
      const feed = new AppFeed(53).segments(0, stream, size);
      expect(feed.rows.dns.rows.map(row => row.type)).toEqual(['A', 'AAAA']);
    }
  });

  test('mDNS announcements are no answers to a query', () => {
    const everybody = new AppFeed(5353);
    everybody.flow.b.ip = '224.0.0.251';
    expect(everybody.datagram(0, response()).rows.dns.rows).toEqual([]);
    expect(everybody.frames('mdns')).toEqual([1]);
  });
});
