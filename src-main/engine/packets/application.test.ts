import { describe, expect, test } from 'vitest';
import { AppFeed } from '../../../test/support/app-feed';
import { be16, be32, bytes, hex } from '../../../test/support/packet-bytes';
import { certificateMessage, clientHello, EC_CERTIFICATE, record, serverHello } from '../../../test/support/tls-bytes';
import { ARRIVAL } from './piece';

/** mulberry32: the same mutations in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const dnsAnswer = bytes(
  be16(1),
  hex('8180000100010000000003777777076578616d706c6503636f6d0000010001c00c000100010000003c0004c0000201'),
);
const STREAMS: readonly [port: number, bytes: Uint8Array][] = [
  [53, bytes(be16(dnsAnswer.length), dnsAnswer)],
  [
    80,
    bytes(
      'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    ),
  ],
  [80, bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0')],
  [
    443,
    bytes(
      record(22, clientHello({ sni: 'a.example', alpn: ['h2'], versions: [0x0304] })),
      record(22, bytes(serverHello(), certificateMessage(EC_CERTIFICATE))),
    ),
  ],
  [22, bytes('SSH-2.0-x\r\n', be32(12), 4, 20, new Uint8Array(10))],
  [21, bytes('USER a\r\nPASS b\r\nAUTH TLS\r\n')],
  [25, bytes('220 x\r\nEHLO a\r\nAUTH PLAIN eA==\r\nDATA\r\n')],
  [143, bytes('a LOGIN b c\r\n')],
  [389, bytes(0x30, 12, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0)],
  [3306, bytes(32, 0, 0, 1, 0x85, 0xae, 0, 0, new Uint8Array(28))],
  [5432, bytes(be32(8), be32(80_877_103))],
  [5060, bytes('INVITE sip:a SIP/2.0\r\nContent-Length: 3\r\n\r\nabc')],
  [6379, bytes('*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n')],
  [1883, bytes(0x10, 4, 1, 2, 3, 4)],
  [179, bytes(new Uint8Array(16).fill(255), be16(19), 4)],
];
const DATAGRAMS: readonly [port: number, bytes: Uint8Array][] = [
  [53, dnsAnswer],
  [67, bytes(1, 1, 6, 0, be32(1), new Uint8Array(228), hex('63825363'), 53, 1, 1, 12, 3, 'abc', 255)],
  [547, bytes(12, 0, new Uint8Array(32), be16(9), be16(8), 1, 0, 0, 1, be16(1), be16(0))],
  [123, bytes(0x23, new Uint8Array(47))],
  [161, bytes(0x30, 24, 2, 1, 1, 4, 6, 'public', 0xa0, 11, 2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0)],
  [5060, bytes('INVITE sip:a SIP/2.0\r\nContent-Type: application/sdp\r\n\r\nc=IN IP4 192.0.2.1\r\nm=audio 40000 RTP/AVP 8\r\n')],
  [40_001, bytes(0x80, 8, be16(1), be32(1), be32(1), new Uint8Array(20))],
  [443, bytes(0xc3, be32(1), 8, new Uint8Array(8), 0, 0, 0x40, 40, new Uint8Array(60))],
  [4433, bytes(22, 0xfe, 0xfd, new Uint8Array(8), be16(20), 1, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 8, new Uint8Array(8))],
  [3478, bytes(0, 1, 0, 0, hex('2112a442'), new Uint8Array(12))],
];

describe('bytes of others', () => {
  test('cut at every byte end in no exception', () => {
    for (const [port, all] of STREAMS) {
      for (let cut = 0; cut <= all.length; cut++) {
        new AppFeed(port).segment(0, all.subarray(0, cut)).segment(1, all.subarray(cut)).fin(0).fin(1);
        new AppFeed(port)
          .segment(0, all.subarray(0, cut), { length: all.length })
          .segment(1, all.subarray(0, cut), { length: all.length });
      }
    }
    for (const [port, all] of DATAGRAMS) {
      for (let cut = 0; cut <= all.length; cut++)
        new AppFeed(port).datagram(0, all.subarray(0, cut)).datagram(1, all.subarray(0, cut), { length: all.length });
    }
  });

  test('changed at random, in any order, end in no exception (20,000 mutations)', () => {
    const next = random(5);
    const below = (limit: number) => Math.floor(next() * limit);
    const mutated = (all: Uint8Array) => {
      const copy = Uint8Array.from(all);
      for (let changes = below(4); changes >= 0; changes--)
        copy[below(copy.length)] = [0, 1, 0x7f, 0x80, 0xff, below(256)][below(6)] ?? 0;
      return copy.subarray(below(3) === 0 ? below(copy.length) : 0);
    };
    let mutations = 0;
    while (mutations < 20_000) {
      for (const [port, all] of STREAMS) {
        const feed = new AppFeed(port);
        for (let segments = 0; segments < 6; segments++, mutations++) {
          const arrival = below(8) === 0 ? ARRIVAL.outOfOrder : ARRIVAL.inOrder;
          const offset = below(4) === 0 ? below(all.length * 2) : undefined;
          feed.segment(below(2) === 0 ? 0 : 1, mutated(all), { arrival, offset });
        }
      }
      for (const [port, all] of DATAGRAMS) {
        const feed = new AppFeed(port);
        for (let datagrams = 0; datagrams < 6; datagrams++, mutations++) feed.datagram(below(2) === 0 ? 0 : 1, mutated(all));
      }
    }
    expect(mutations).toBeGreaterThanOrEqual(20_000);
  });
});

describe('what is kept', () => {
  test('a connection that both ends closed has no state left', () => {
    const feed = new AppFeed(80).segment(0, 'GET / HTTP/1.1\r\n\r\n').segment(1, 'HTTP/1.1 204 N\r\n\r\n').fin(0).fin(1);
    const state = feed.flow.app;
    feed.segment(0, 'GET /late HTTP/1.1\r\n\r\n');
    expect(typeof state).toBe('symbol');
    expect(feed.rows.http.rows).toHaveLength(1);
  });

  test('rows beyond the limit are counted, not kept', () => {
    const feed = new AppFeed(80);
    const request = bytes('GET / HTTP/1.1\r\n\r\n'.repeat(100));
    for (let i = 0; i < 251; i++) feed.segment(0, request);
    expect(feed.rows.http.rows).toHaveLength(25_000);
    expect(feed.rows.http.dropped).toBe(100);
  });

  test('a quoted packet counts and makes no row', () => {
    const feed = new AppFeed(53);
    const all = bytes(be16(9), hex('010000010000000000000377777700000100 01'));
    const piece = { frame: 1, ts: 0, from: 0 as const, bytes: all, start: 0, end: all.length, length: all.length };
    feed.applications.quoted(undefined, false, 40_000, 53, { ...piece, offset: 0, arrival: ARRIVAL.inOrder, gap: false });
    expect(feed.frames('dns')).toEqual([1]);
    expect(feed.rows.dns.rows).toEqual([]);
  });
});
