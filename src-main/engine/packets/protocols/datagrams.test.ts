import { describe, expect, test } from 'vitest';
import { AppFeed } from '../../../../test/support/app-feed';
import { be16, be32, bytes, hex, ipv4Bytes, ipv6Bytes, macBytes, sized8, sized16 } from '../../../../test/support/packet-bytes';
import { clientHello } from '../../../../test/support/tls-bytes';

function dhcp(type: number, options: Uint8Array, { yours = '0.0.0.0' } = {}): Uint8Array {
  const fixed = bytes(
    type === 2 || type > 4 ? 2 : 1,
    1,
    6,
    0,
    be32(0x1234),
    be16(0),
    be16(0),
    ipv4Bytes('0.0.0.0'),
    ipv4Bytes(yours),
  );
  const rest = bytes(
    ipv4Bytes('0.0.0.0'),
    ipv4Bytes('10.0.0.254'),
    macBytes('02:00:00:00:00:09'),
    new Uint8Array(10),
    new Uint8Array(192),
  );
  return bytes(fixed, rest, hex('63825363'), 53, 1, type, options, 255);
}

describe('DHCP', () => {
  test('an offer tells address, gateway, name servers and lease', () => {
    const options = bytes(
      54,
      sized8(ipv4Bytes('10.0.0.1')),
      51,
      sized8(be32(3_600)),
      1,
      sized8(ipv4Bytes('255.255.255.0')),
      0,
      0,
      3,
      sized8(ipv4Bytes('10.0.0.1')),
      6,
      sized8(ipv4Bytes('10.0.0.2'), ipv4Bytes('10.0.0.3')),
    );
    const feed = new AppFeed(67)
      .datagram(0, dhcp(1, bytes(12, sized8('laptop'))))
      .datagram(1, dhcp(2, options, { yours: '10.0.0.50' }));
    expect(feed.rows.dhcp.rows).toMatchObject([
      { type: 'DISCOVER', from_client: true, client_mac: '02:00:00:00:00:09', host_name: 'laptop', transaction: 0x1234 },
      {
        type: 'OFFER',
        your_ip: '10.0.0.50',
        server_id: '10.0.0.1',
        relay_ip: '10.0.0.254',
        lease_s: 3_600,
        routers: ['10.0.0.1'],
        dns_servers: ['10.0.0.2', '10.0.0.3'],
      },
    ]);
    expect(feed.frames('dhcp')).toEqual([1, 2]);
  });

  test('DHCPv6 is read out of its relay wrapping', () => {
    const address = bytes(be16(5), sized16(ipv6Bytes('2001:db8::5'), be32(1), be32(2)));
    const ia = bytes(be16(3), sized16(be32(1), be32(0), be32(0), address));
    const reply = bytes(7, 0, 0, 9, be16(1), sized16('cc'), be16(2), sized16('ss'), ia);
    const relayed = bytes(13, 0, ipv6Bytes('2001:db8::1'), ipv6Bytes('fe80::2'), be16(9), sized16(reply));
    expect(new AppFeed(547).datagram(1, relayed).rows.dhcpv6.rows).toMatchObject([
      { type: 'REPLY', relayed: true, transaction: 9, client_duid: '6363', server_duid: '7373', addresses: ['2001:db8::5'] },
    ]);
  });
});

describe('NTP', () => {
  const SINCE_1900 = 2_208_988_800;
  const stamp = (seconds: number) => bytes(be32((seconds + SINCE_1900) >>> 0), be32(0x8000_0000));
  const packet = (
    mode: number,
    stratum: number,
    reference: string,
    origin: Uint8Array,
    receive: Uint8Array,
    transmit: Uint8Array,
  ) => bytes((4 << 3) | mode, stratum, 0, 0, be32(0), be32(0), reference, new Uint8Array(8), origin, receive, transmit);
  const zero = new Uint8Array(8);
  const request = packet(3, 0, '\0\0\0\0', zero, zero, stamp(1_700_000_000));

  test('an answer tells how far the clock is off', () => {
    const answer = packet(4, 1, 'GPS\0', stamp(1_700_000_000), stamp(1_700_000_010), stamp(1_700_000_010));
    const feed = new AppFeed(123).datagram(0, request, { at: 1_700_000_000 }).datagram(1, answer, { at: 1_700_000_000.5 });
    expect(feed.rows.ntp.rows).toMatchObject([{ stratum: 1, reference: 'GPS', leap: 0, response_ms: 500, version: 4 }]);
    // Received half way, at 10.5 s: the server is 10.25 s ahead of the middle of the exchange.
    expect(feed.rows.ntp.rows[0]?.offset_ms).toBeCloseTo(10_250, 3);
  });

  test('a kiss of death is read by its code', () => {
    const feed = new AppFeed(123).datagram(0, request).datagram(1, packet(4, 0, 'RATE', stamp(1_700_000_000), zero, zero));
    expect(feed.rows.ntp.rows).toMatchObject([{ stratum: 0, reference: 'RATE' }]);
  });

  test('an answer to something else is a row of its own', () => {
    const feed = new AppFeed(123).datagram(0, request).datagram(1, packet(4, 2, 'abcd', stamp(5), zero, zero));
    expect(feed.rows.ntp.rows.map(row => row.response_ms)).toEqual([null, null]);
  });
});

describe('calls', () => {
  const sdp = 'v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8 96\r\na=rtpmap:96 opus/48000/2\r\n';
  const invite = `INVITE sip:b@x SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
  const rtp = (sequence: number, stamp: number, type = 8) =>
    bytes(0x80, type, be16(sequence), be32(stamp), be32(0xabcd), new Uint8Array(160));

  function call(packets: readonly [sequence: number, stamp: number, at: number][], type = 8) {
    const { applications, counted } = new AppFeed(5060).datagram(0, invite);
    const media = new AppFeed(6_000, { client: { ip: '192.0.2.1', port: 4_000 }, applications });
    for (const [sequence, stamp, at] of packets) media.datagram(0, rtp(sequence, stamp, type), { at });
    return { row: applications.rows.rtp.rows[0], counted };
  }

  test('a description in SIP announces where RTP will flow', () => {
    const { row, counted } = call([
      [1, 0, 0],
      [2, 160, 0.02],
    ]);
    expect(row).toMatchObject({ packets: 2, lost: 0, payload_type: 8, source_port: 4_000, jitter_ms: 0 });
    expect(counted.get('sdp')).toEqual([1]);
    expect(new AppFeed(6_000).datagram(0, rtp(1, 0)).rows.rtp.rows).toEqual([]);
  });

  test('loss, reordering, a wrap of the numbers and a stall are told apart', () => {
    const { row } = call([
      [65_534, 0, 0],
      [65_535, 160, 0.02],
      [1, 480, 0.06],
      [0, 320, 0.07],
      [5, 1_120, 0.5],
    ]);
    expect(row).toMatchObject({ packets: 5, lost: 3, out_of_order: 1, stalls: 1 });
    expect(row?.max_gap_ms).toBeCloseTo(430, 6);
  });

  test('jitter is that of RFC 3550', () => {
    // One packet 16 ms late: 1/16 of 16 ms; the next in time again: 15/16 of it and 1 ms more.
    const { row } = call([
      [1, 0, 0],
      [2, 160, 0.036],
      [3, 320, 0.04],
    ]);
    expect(row?.max_jitter_ms).toBeCloseTo(1 * (15 / 16) + 1, 6);
  });

  test('the clock rate comes from the description', () => {
    const { row } = call(
      [
        [1, 0, 0],
        [2, 960, 0.02],
      ],
      96,
    );
    expect(row?.jitter_ms).toBe(0);
  });
});

test('a community string of SNMP is noted once, by its length', () => {
  const get = bytes(0x30, 24, 2, 1, 1, 4, sized8('canary'), 0xa0, 11, 2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0);
  const feed = new AppFeed(161).datagram(0, get).datagram(0, get);
  expect(feed.rows.credentials.rows).toMatchObject([{ protocol: 'snmp', scheme: 'v2c', name: 'community', length: 6 }]);
  expect(JSON.stringify(feed.rows.credentials.rows)).not.toContain('canary');
});

describe('recognised by their look', () => {
  const dtlsHello = clientHello({ sni: 'dtls.example' });
  // A cookie stands behind the session id, and a message number with two lengths before the body.
  const body = bytes(dtlsHello.subarray(4, 39), 0, dtlsHello.subarray(39));
  const dtls = bytes(
    22,
    0xfe,
    0xfd,
    new Uint8Array(8),
    sized16(1, 0, be16(body.length), 0, 0, 0, 0, 0, 0, be16(body.length), body),
  );

  test.each([
    ['stun', bytes(0, 1, 0, 0, hex('2112a442'), new Uint8Array(12))],
    ['dtls', dtls],
    ['wg', bytes(1, 0, 0, 0, new Uint8Array(144))],
    ['wg', bytes(4, 0, 0, 0, new Uint8Array(28))],
    ['sip', 'OPTIONS sip:a SIP/2.0\r\n\r\n'],
    ['bt-dht', 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe'],
  ])('%s', (name, datagram) => {
    expect(new AppFeed(33_333).datagram(0, datagram).frames(name)).toEqual([1]);
  });

  test('the name in a DTLS hello is read', () => {
    expect(new AppFeed(33_333).datagram(0, dtls).rows.tls.rows).toMatchObject([{ transport: 'dtls', sni: 'dtls.example' }]);
  });

  test('and what looks like nothing is data', () => {
    expect(new AppFeed(33_333).datagram(0, new Uint8Array(40)).frames('data')).toEqual([1]);
  });
});
