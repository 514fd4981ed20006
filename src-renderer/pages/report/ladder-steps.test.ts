import type { PacketLine } from '@shared/model/capture';
import { expect, test } from 'vitest';
import { flagNames, ladderSteps, troubleOf } from './ladder-steps';

let number = 0;
function line(from: 'a' | 'b', flags: string, length: number, time_ms: number, notes: string[] = []): PacketLine {
  number += 1;
  return { packet: number, time_ms, from, flags, seq: 0, ack: 0, length, window: 100, notes, text: '' };
}

/** A handshake, a request, and twelve segments with an ACK for every second one. */
function transfer(): PacketLine[] {
  number = 0;
  return [
    line('a', 'S', 0, 0),
    line('b', 'SA', 0, 10),
    line('a', 'A', 0, 20),
    line('a', 'PA', 80, 21),
    ...Array.from({ length: 12 }, (_, at) => [
      line('b', 'A', 1_448, 40 + at),
      ...(at % 2 === 1 ? [line('a', 'A', 0, 40.5 + at)] : []),
    ]).flat(),
  ];
}

test('a run of segments with its ACKs is one arrow, with bytes and counts', () => {
  const steps = ladderSteps(transfer(), true, new Set());
  expect(steps.map(({ kind, segments, bytes, acks }) => [kind, segments, bytes, acks])).toEqual([
    ['flags', 0, 0, 0 + 1],
    ['flags', 0, 0, 0 + 1],
    ['ack', 0, 0, 1],
    ['data', 1, 80, 0],
    ['data', 12, 17_376, 6],
  ]);
  expect(steps.at(-1)).toMatchObject({ from: 'b', packet: 5, last: 22 });
});

test('every packet of a capture is in exactly one arrow, folded or not', () => {
  for (const fold of [true, false]) {
    const shown = ladderSteps(transfer(), fold, new Set([9])).flatMap(({ lines }) => lines.map(({ packet }) => packet));
    expect(shown).toEqual(Array.from({ length: 22 }, (_, at) => at + 1));
  }
});

test('evidence and what the analysis notes stay arrows of their own', () => {
  const lines = transfer();
  lines[9] = line('b', 'A', 1_448, 45, ['retransmission']);
  const kept = lines[15]?.packet ?? 0;
  const alone = ladderSteps(lines, true, new Set([kept])).filter(step => step.lines.length === 1);
  expect(alone.map(({ packet }) => packet)).toContain(kept);
  expect(alone.some(({ notes }) => notes.includes('retransmission'))).toBe(true);
});

test('a silence ends a run and stands before the packet that ends it', () => {
  const lines = transfer();
  for (const later of lines.slice(14)) later.time_ms += 641;
  const steps = ladderSteps(lines, true, new Set());
  expect(steps.map(({ pause_ms }) => pause_ms >= 641)).toContain(true);
  expect(steps.length).toBeGreaterThan(5);
});

test.each([
  ['S', 'SYN'],
  ['SA', 'SYN, ACK'],
  ['FA', 'FIN'],
  ['FPA', 'FIN'],
  ['RA', 'RST'],
  ['PA', 'ACK'],
  ['', ''],
])('the flags %j are shown as %j', (flags, names) => {
  expect(flagNames(flags)).toBe(names);
});

test('a reset and a closed window are critical, a loss is a warning, a window update is nothing', () => {
  expect(troubleOf({ flags: 'RA', notes: [] })).toBe('critical');
  expect(troubleOf({ flags: 'A', notes: ['zero_window'] })).toBe('critical');
  expect(troubleOf({ flags: 'A', notes: ['retransmission'] })).toBe('warning');
  expect(troubleOf({ flags: 'A', notes: ['window_update'] })).toBeNull();
  expect(troubleOf({ flags: 'A', notes: ['keep_alive'] })).toBeNull();
});
