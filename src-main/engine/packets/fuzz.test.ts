import { expect, test } from 'vitest';
import { bytes, Connection, hex, pcap, tcp, udp } from '../../../test/support/packet-bytes';
import { readCapture } from '../../../test/support/read-capture';
import { interfaceBlock, packetBlock, sectionHeader } from './pcapng-writer';

/** Threat-model section 8: a fixed seed, so that a failure can be made again by its number. */
const SEED = 20_261_121;
const MUTATIONS = 20_000;

/** mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const A = { ip: '192.0.2.1', port: 40_000 };
const at = (ip: string, port: number) => ({ ip, port });
const DNS_QUERY = hex(
  '1234 0100 0001 0000 0000 0001 03777777 076578616d706c65 03636f6d 00 0001 0001 00 0029 04d0 0000 0000 0000',
);
const DNS_ANSWER = hex(
  '1234 8180 0001 0001 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001 c00c 0001 0001 0000003c 0004 c0000202',
);
const HELLO = hex(
  '16 0301 0047 01 000043 0303 0101010101010101010101010101010101010101010101010101010101010101 00 0002 1301 0100 0018 0000 000e 000c 00 0009 6c6f63616c2e636f6d 002b 0003 02 0304',
);
const QUIC = bytes(hex('c3 00000001 08 8394c8f03e515708 00 00 449e'), new Uint8Array(1_182));

/** Frames of many kinds; each file of seeds holds all of them. */
const FRAMES = [
  ...new Connection()
    .open()
    .send(0, 'GET /x?y=1 HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic eDp5\r\n\r\n')
    .send(1, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody')
    .close()
    .packets.map(({ frame }) => frame),
  ...new Connection(A, at('192.0.2.3', 443))
    .open()
    .send(0, HELLO)
    .send(1, HELLO)
    .packets.map(({ frame }) => frame),
  udp(A, at('192.0.2.53', 53), DNS_QUERY),
  udp(at('192.0.2.53', 53), A, DNS_ANSWER),
  udp(at('2001:db8::1', 5_353), at('ff02::fb', 5_353), DNS_QUERY),
  udp(A, at('192.0.2.4', 443), QUIC),
  udp(
    at('0.0.0.0', 68),
    at('255.255.255.255', 67),
    bytes(hex('0101060012345678'), new Uint8Array(228), hex('63825363 35 01 01 ff')),
  ),
  udp(A, at('192.0.2.5', 123), bytes(0x23, new Uint8Array(47))),
  udp(A, at('192.0.2.6', 4_789), bytes(hex('0800000000000100'), udp(A, at('192.0.2.7', 53), DNS_QUERY))),
  udp(A, at('192.0.2.8', 161), hex('302902010104067075626c6963a01c02040001020304020100020100300e300c06082b060102010101000500')),
  tcp(A, at('192.0.2.9', 22), { flags: 'PA', seq: 1, ack: 1, payload: bytes('SSH-2.0-OpenSSH_9.2\r\n') }),
  tcp(A, at('192.0.2.9', 21), { flags: 'PA', seq: 1, ack: 1, payload: bytes('USER anonymous\r\n') }),
  tcp(A, at('192.0.2.9', 3_306), { flags: 'PA', seq: 1, ack: 1, payload: hex('4a0000000a352e372e3300') }),
  hex('ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202'),
  hex(
    '020000000002 020000000001 8100 002a 0800 45000054 00014000 4001 0000 c0000201 c0000202 08000000 00010001 0000000000000000',
  ),
];

const PCAP = pcap(FRAMES.map((frame, index) => ({ at: 1_700_000_000 + index / 100, frame })));
const PCAPNG = bytes(
  sectionHeader('fuzz'),
  interfaceBlock('eth0', 1, 65_535, ''),
  ...FRAMES.map((frame, index) => packetBlock(frame, frame.length, 1_700_000_000, index * 1_000)),
);
/** The same frames as if they were of other links: what does not fit must be survived. */
const LINKS = [0, 9, 12, 101, 104, 105, 108, 113, 117, 119, 127, 192, 239, 258, 276].map(link =>
  pcap(
    FRAMES.map((frame, index) => ({ at: 1_700_000_000 + index / 100, frame })),
    link,
  ),
);
const SEEDS = [PCAP, PCAPNG, PCAP, PCAPNG, ...LINKS];

function mutate(seed: Uint8Array, next: () => number): Uint8Array {
  const pick = (limit: number): number => Math.floor(next() * limit);
  const mutated = Uint8Array.from(seed);
  const header = 40; // most of the time the file itself stays readable
  for (let count = 1 + pick(8); count > 0; count--) {
    const place = next() < 0.95 ? header + pick(mutated.length - header) : pick(header);
    const kind = next();
    if (kind < 0.5) mutated[place] = pick(256);
    else if (kind < 0.7) mutated[place] = (mutated[place] ?? 0) ^ (1 << pick(8));
    else if (kind < 0.8) mutated.fill(0xff, place, place + pick(8));
    else if (kind < 0.9) mutated.copyWithin(place, pick(mutated.length), pick(mutated.length));
    else mutated.fill(0, place, place + pick(64));
  }
  return next() < 0.2 ? mutated.subarray(0, pick(mutated.length)) : mutated;
}

test(`${MUTATIONS} mutated captures are read to a result, none escapes by an error`, { timeout: 300_000 }, () => {
  const next = random(SEED);
  let packets = 0;
  for (let number = 0; number < MUTATIONS; number++) {
    const file = mutate(SEEDS[number % SEEDS.length] ?? PCAP, next);
    try {
      const { analysis } = readCapture(file);
      packets += analysis.packets;
      expect(analysis.flows.flows.length).toBeLessThanOrEqual(analysis.packets * 2);
    } catch (cause) {
      throw new Error(`mutation ${number} of seed ${SEED}`, { cause });
    }
  }
  // The mutations reach behind the headers of the files: else they would test nothing.
  expect(packets).toBeGreaterThan(MUTATIONS * 10);
});

test('cut at every byte, each seed is read to a result', () => {
  for (const seed of [PCAP, PCAPNG]) {
    for (let length = 0; length < seed.length; length += 1)
      expect(readCapture(seed.subarray(0, length)).analysis.packets).toBeLessThan(60);
  }
});

test('the seeds hold what they are meant to', () => {
  const { analysis } = readCapture(PCAP);
  const names = Object.keys(analysis.decoder.counts.toRecord());
  expect(names).toEqual(
    expect.arrayContaining(['http', 'tls', 'dns', 'mdns', 'quic', 'dhcp', 'ntp', 'vxlan', 'ssh', 'arp', 'vlan', 'icmp']),
  );
});
