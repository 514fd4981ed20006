import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { COMMAND, createFrameReader, encodeFrame, type Frame, REPLY } from './frames';

const header = readFileSync(path.resolve(import.meta.dirname, '../../resources/bpf/helper/frames.h'), 'utf8');

test.each([
  ['COMMAND', COMMAND],
  ['REPLY', REPLY],
] as const)('%s numbers are those of frames.h', (prefix, numbers) => {
  const declared = [...header.matchAll(new RegExp(`${prefix}_(\\w+) = (0x[0-9a-f]+|\\d+)`, 'g'))].map(([, name = '', number]) => [
    name.toLowerCase().replaceAll('_', ''),
    Number(number),
  ]);
  const ours = Object.entries(numbers).map(([name, number]) => [name.toLowerCase(), number]);
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(declared));
});

/** Frames as they come out when the bytes come in pieces of a size. */
function inPieces(bytes: Buffer, size: number): Frame[] {
  const frames: Frame[] = [];
  const read = createFrameReader(({ payload, ...frame }) => frames.push({ ...frame, payload: Buffer.from(payload) }));
  for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
  return frames;
}

test.each([1, 2, 7, 8, 9, 100, 100_000])('frames are the same when they come in pieces of %i bytes', size => {
  const frames = [
    { type: 1, request: 1, payload: Buffer.alloc(0) },
    { type: REPLY.events, request: 0, payload: Buffer.alloc(168, 7) },
    { type: REPLY.error, request: 65_535, payload: Buffer.from('why') },
  ];
  const bytes = Buffer.concat(frames.map(({ type, request, payload }) => encodeFrame(type, request, payload)));
  expect(inPieces(bytes, size)).toEqual(frames);
});

test('a length beyond the limit is an error, not a buffer of 4 GB', () => {
  const read = createFrameReader(() => {});
  expect(() => read(Buffer.from([255, 255, 255, 255, 1, 0, 1, 0]))).toThrow(/4294967295 bytes/);
});
