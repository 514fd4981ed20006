import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCapture } from '../../../../test/support/read-capture';
import { Talk } from '../../../../test/support/talk';
import { commentFiles, commentPackets, removeSaved, SavedPackets } from './saved-packets';

const ABOUT = { application: 'Netsonde test', interface: 'eth0', linkType: 1, snaplen: 65_000, filter: 'port 80' };
const COUNTERS = { received: 7, dropped_by_kernel: 0, dropped_by_interface: 0 };
const FRAMES = new Talk()
  .open()
  .data(1, 57)
  .packets.map(({ frame }) => frame);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'netsonde-saved-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** All frames, in files of so many bytes. */
function save(file_bytes: number, max_bytes: number) {
  const saved = new SavedPackets({ prefix: path.join(folder, 'capture-x'), file_bytes, max_bytes }, ABOUT);
  FRAMES.forEach((frame, index) => {
    saved.packet(frame, frame.length, 1_700_000_000 + index, 0, COUNTERS);
  });
  saved.close(COUNTERS);
  return saved.files;
}

test('one file follows another; each is whole by itself and says where it stands in the capture', () => {
  const files = save(20_000, 1_000_000);
  expect(files.length).toBeGreaterThan(3);
  let next = 1;
  for (const { file, bytes, first_packet, packets } of files) {
    expect([first_packet, statSync(file).size, statSync(file).mode & 0o777]).toEqual([next, bytes, 0o600]);
    expect(bytes).toBeLessThanOrEqual(20_000);
    const { analysis, input } = readCapture(readFileSync(file));
    expect([analysis.packets, input.damage]).toEqual([packets, null]);
    expect(input.reader?.interfaces).toMatchObject([{ name: 'eth0', received: 7, dropped_by_kernel: 0 }]);
    expect(analysis.firstTs).toBe(1_700_000_000 + next - 1);
    const place = `Packet 1 of this file is packet ${next} of the capture.`;
    expect(input.reader?.comments).toEqual(next === 1 ? [] : [place]);
    next += packets;
  }
  expect(next - 1).toBe(FRAMES.length);
});

test('the oldest files make room: all together are never larger than allowed', () => {
  const files = save(20_000, 60_000);
  expect(files).toHaveLength(3);
  expect(files[0]?.first_packet).toBeGreaterThan(1);
  expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(60_000);
  expect(readdirSync(folder).sort()).toEqual(files.map(({ file }) => path.basename(file)).sort());
  const last = files.at(-1);
  expect((last?.first_packet ?? 0) + (last?.packets ?? 0) - 1).toBe(FRAMES.length);
});

test('a packet larger than a file gets one of its own', () => {
  const files = save(100, 1_000_000);
  expect(files.map(({ packets }) => packets)).toEqual(FRAMES.map(() => 1));
});

test('a comment stands on the packet of its number in the capture, in the file that holds it', () => {
  const files = save(20_000, 60_000);
  const [, middle] = files;
  const wanted = (middle?.first_packet ?? 0) + 2;
  const commented = commentFiles(
    files,
    new Map([
      [1, 'gone with its file'],
      [wanted, 'tcp-retransmission'],
    ]),
  );
  const holding = commented.map(({ file, bytes }) => {
    expect(statSync(file).size).toBe(bytes);
    return readCapture(readFileSync(file)).input.reader?.comments.slice(1);
  });
  expect(holding).toEqual([[], ['tcp-retransmission'], []]);
  expect(readFileSync(middle?.file ?? '').toString('latin1')).toContain('tcp-retransmission');
});

test('a draft of comments that fails is removed, and the file stays as it was', () => {
  const [first] = save(1_000_000, 1_000_000);
  const file = first?.file ?? '';
  const before = readFileSync(file);
  // In place of the file a folder: reading it fails after the draft was opened.
  const blocked = path.join(folder, 'capture-y-1.pcapng');
  mkdirSync(blocked);
  expect(() => commentPackets(blocked, new Map([[1, 'x']]))).toThrow(/EISDIR/);
  expect(existsSync(`${blocked}.part`)).toBe(false);
  expect(readFileSync(file)).toEqual(before);
});

test('a capture is removed with all its files, and no other one', () => {
  save(20_000, 60_000);
  const other = new SavedPackets({ prefix: path.join(folder, 'capture-y'), file_bytes: 1_000, max_bytes: 1_000 }, ABOUT);
  other.close(COUNTERS);
  removeSaved(path.join(folder, 'capture-x'));
  expect(readdirSync(folder)).toEqual(['capture-y-1.pcapng']);
});
