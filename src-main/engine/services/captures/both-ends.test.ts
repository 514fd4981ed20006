import { expect, test } from 'vitest';
import { bytes, type Captured, pcap, type Segment, tcp } from '../../../../test/support/packet-bytes';
import { readCapture } from '../../../../test/support/read-capture';
import { packetLines } from '../../packets/packet-lines';
import { joinEnds, type SeenFlow } from './both-ends';

const A = { ip: '192.0.2.1', port: 40_000 };
const B = { ip: '192.0.2.2', port: 80 };

interface Sent {
  at: number;
  from: 'a' | 'b';
  segment: Segment;
  /** Seconds on the way; Infinity never arrives. */
  way: number;
}

/** What the machines at both ends capture. @param ahead seconds the clock at B is ahead */
function captured(sent: readonly Sent[], ahead: number): [SeenFlow, SeenFlow] {
  const at = (end: 'a' | 'b'): SeenFlow => {
    const packets = sent.flatMap(({ at: time, from, segment, way }): Captured[] => {
      const seenAt = from === end ? time : time + way;
      if (!Number.isFinite(seenAt)) return [];
      const [source, target] = from === 'a' ? [A, B] : [B, A];
      return [{ at: seenAt + (end === 'b' ? ahead : 0), frame: tcp(source, target, segment) }];
    });
    const { analysis } = readCapture(pcap(packets.sort((x, y) => x.at - y.at)));
    return { lines: packetLines(analysis, 1), startMs: analysis.firstTs * 1_000, swapped: false };
  };
  return [at('a'), at('b')];
}

const opening: Sent[] = [
  { at: 10_000, from: 'a', segment: { flags: 'S', seq: 0 }, way: 0.01 },
  { at: 10_000.02, from: 'b', segment: { flags: 'SA', seq: 0, ack: 1 }, way: 0.01 },
  { at: 10_000.04, from: 'a', segment: { flags: 'A', seq: 1, ack: 1 }, way: 0.01 },
];
const data = (at: number, seq: number, way: number): Sent => ({
  at,
  from: 'a',
  segment: { flags: 'PA', seq, ack: 1, payload: bytes('x'.repeat(100)) },
  way,
});

test.each([0, 3_600, -3_600.5])('losses are put on the right stretch though a clock is %i s off', ahead => {
  const lost = Number.POSITIVE_INFINITY;
  const sent: Sent[] = [
    ...opening,
    data(10_000.1, 1, 0.01),
    data(10_000.2, 101, lost),
    data(10_000.3, 201, 0.012),
    // The one that was lost, sent again, and late.
    data(10_000.5, 101, 0.09),
    { at: 10_000.6, from: 'b', segment: { flags: 'A', seq: 1, ack: 101 }, way: lost },
    { at: 10_000.7, from: 'b', segment: { flags: 'A', seq: 1, ack: 301 }, way: 0.01 },
  ];
  const joined = joinEnds(...captured(sent, ahead));
  expect(joined).toMatchObject({
    near_a: 'first',
    stretches: [
      { direction: 'a → b', sent: 6, arrived: 5, lost: 1, not_seen_at_sender: 0 },
      { direction: 'b → a', sent: 3, arrived: 2, lost: 1, not_seen_at_sender: 0 },
    ],
    packets: [
      { direction: 'a → b', what: 'lost', seq: 101, length: 100, delay_ms: null },
      { direction: 'a → b', what: 'late', seq: 101, length: 100 },
      { direction: 'b → a', what: 'lost', seq: 1, length: 0 },
    ],
  });
  expect(joined?.clock_offset_ms).toBeCloseTo(ahead * 1_000, 0);
  expect(joined?.packets[1]?.delay_ms).toBeCloseTo(90, 0);
  expect(joined?.stretches[0].delay_ms?.min).toBeCloseTo(10, 0);
});

test('the captures may be given the other way round', () => {
  const [atA, atB] = captured([...opening, data(10_000.1, 1, Number.POSITIVE_INFINITY)], 5);
  expect(joinEnds(atB, atA)).toMatchObject({ near_a: 'second', stretches: [{ lost: 1 }, { lost: 0 }] });
});

test('without a packet of each direction in both nothing can be said', () => {
  const [atA, atB] = captured(opening.slice(0, 1), 0);
  expect(joinEnds(atA, atB)).toBeNull();
});
