import { describe, expect, test } from 'vitest';
import { be16, be32, bytes, pcap, tcp, udp } from '../../../../test/support/packet-bytes';
import { readCapture } from '../../../../test/support/read-capture';
import { interfaceBlock, packetBlock, sectionHeader, statisticsBlock, withComments } from '../pcapng-writer';

const A = { ip: '192.0.2.1', port: 40_000 };
const B = { ip: '192.0.2.2', port: 9 };
const FRAME = udp(A, B, bytes('hello'));
const FRAMES = [FRAME, udp(B, A, bytes('hi')), tcp(A, { ...B, port: 80 }, { flags: 'S' })];
const FILE = pcap(FRAMES.map((frame, index) => ({ at: 1_700_000_000 + index * 0.25, frame })));

const u32 = (order: 'little' | 'big', value: number): number[] => (order === 'big' ? be32(value) : be32(value).reverse());
const u16 = (order: 'little' | 'big', value: number): number[] => (order === 'big' ? be16(value) : be16(value).reverse());

/** A pcap of one packet, in a byte order and resolution. */
function oneOf(order: 'little' | 'big', magic: number, fraction: number): Uint8Array {
  const head = [u32(order, magic), u16(order, 2), u16(order, 4), u32(order, 0), u32(order, 0), u32(order, 65_535), u32(order, 1)];
  const record = [u32(order, 1_700_000_000), u32(order, fraction), u32(order, FRAME.length), u32(order, FRAME.length)];
  return bytes(...head, ...record, FRAME);
}

describe('pcap', () => {
  test.each([
    ['little', 0xa1b2c3d4, 250_000, 'us'],
    ['big', 0xa1b2c3d4, 250_000, 'us'],
    ['little', 0xa1b23c4d, 250_000_000, 'ns'],
    ['big', 0xa1b23c4d, 250_000_000, 'ns'],
  ] as const)('%s-endian with magic %i', (order, magic, fraction, resolution) => {
    const { analysis, input } = readCapture(oneOf(order, magic, fraction));
    expect(input.damage).toBeNull();
    expect(input.reader).toMatchObject({ type: 'pcap', byte_order: order, resolution });
    expect([analysis.packets, analysis.firstTs]).toEqual([1, 1_700_000_000.25]);
  });

  test('packets come out the same in whatever pieces the bytes come', () => {
    for (const piece of [1, 2, 7, 16, 60, FILE.length]) {
      const { analysis } = readCapture(FILE, piece);
      expect([analysis.packets, analysis.flows.flows.length, analysis.lastTs]).toEqual([3, 2, 1_700_000_000.5]);
    }
  });

  test('cut at every byte it tells the damage and what stood before', () => {
    const ends = [24];
    for (const frame of FRAMES) ends.push((ends.at(-1) ?? 0) + 16 + frame.length);
    for (let length = 0; length < FILE.length; length++) {
      const { analysis, input } = readCapture(FILE.subarray(0, length));
      expect(analysis.packets).toBe(Math.max(0, ends.filter(end => end <= length).length - 1));
      expect(input.damage === null).toBe(ends.includes(length));
    }
  });

  test.each([
    ['nothing at all', new Uint8Array(0), /empty/],
    ['text', bytes('GET / HTTP/1.1'), /no capture file/],
    ['another version', bytes(u32('little', 0xa1b2c3d4), u16('little', 543), new Uint8Array(18)), /version 543/],
    [
      'a record longer than any packet',
      bytes(FILE.subarray(0, 24), be32(0), be32(0), be32(0xffff_ffff), be32(0)),
      /claims to hold/,
    ],
  ])('%s is told, not thrown', (_name, file, damage) => {
    const { analysis, input } = readCapture(file);
    expect(analysis.packets).toBe(0);
    expect(input.damage).toMatch(damage);
  });
});

describe('pcapng', () => {
  const header = bytes(sectionHeader('test'), interfaceBlock('eth0', 1, 65_000, 'udp'));
  const file = bytes(
    header,
    packetBlock(FRAME, FRAME.length, 1_700_000_000, 123_456_789),
    packetBlock(FRAME.subarray(0, 20), FRAME.length, 1_700_000_001, 5),
    statisticsBlock({ received: 2, dropped_by_interface: 3, dropped_by_kernel: 4 }),
  );

  test('what the writer writes is read: times to the nanosecond, cut packets, counters', () => {
    const { analysis, input } = readCapture(file);
    expect(input.damage).toBeNull();
    expect(input.reader?.interfaces).toMatchObject([
      { name: 'eth0', link_type: 1, snaplen: 65_000, received: 2, dropped_by_interface: 3, dropped_by_kernel: 4 },
    ]);
    expect([analysis.packets, analysis.truncated, analysis.bytes]).toEqual([2, 1, FRAME.length * 2]);
    expect(analysis.firstTs).toBeCloseTo(1_700_000_000.123457, 6);
  });

  test('comments go to the packets named, and nothing else changes', () => {
    const commented = bytes(
      ...withComments(
        file,
        new Map([
          [2, 'cut by the snap length'],
          [9, 'there is none'],
        ]),
      ),
    );
    const { analysis, input } = readCapture(commented);
    expect([analysis.packets, analysis.truncated]).toEqual([2, 1]);
    expect(input.reader?.comments).toEqual(['cut by the snap length']);
  });

  test('sections follow each other, each with its own interfaces', () => {
    const { analysis } = readCapture(bytes(file, file));
    expect(analysis.packets).toBe(4);
  });

  test('cut at every byte it never fails and never counts a packet that is not there', () => {
    for (let length = 0; length < file.length; length++) {
      const { analysis } = readCapture(file.subarray(0, length));
      expect(analysis.packets).toBeLessThanOrEqual(2);
    }
  });

  test.each([
    ['a block of 0 bytes', bytes(header, be32(0x06000000), be32(0), be32(0)), /0 bytes/],
    [
      'two lengths that differ',
      bytes(header, u32('little', 6), u32('little', 32), new Uint8Array(20), u32('little', 36)),
      /at its end/,
    ],
    ['an interface nobody described', bytes(sectionHeader('test'), packetBlock(FRAME, 1, 0, 0)), /interface 0/],
  ])('%s is told', (_name, damaged, wanted) => {
    expect(readCapture(damaged).input.damage).toMatch(wanted);
  });
});
