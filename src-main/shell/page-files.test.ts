import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createUploads, type Uploads } from '../engine/services/captures/uploads';
import { systemClock } from '../engine/services/clock';
import { createOpenedFiles, filesOf } from './opened-files';
import { createPageFiles } from './page-files';

let folder: string;
let uploads: Uploads;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'netsonde-files-'));
  uploads = createUploads(folder, systemClock);
});
afterEach(() => {
  uploads.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pageFiles = (options: Partial<Parameters<typeof createPageFiles>[0]> = {}) =>
  createPageFiles({
    uploads,
    language: () => 'en',
    choose: () => Promise.resolve(null),
    next: () => null,
    savePdf: () => Promise.resolve(),
    ...options,
  });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the parts of a file become one upload, in their order, under its name without control characters', async () => {
  const files = pageFiles();
  for (const part of ['one ', 'two ', 'three'])
    expect(await files.receive({ kind: 'write', id: 7, bytes: bytes(part) })).toEqual({ success: true, message: '', data: null });
  const reply = await files.receive({ kind: 'finish', id: 7, name: 'a\u202eb.pcap' });
  expect(reply).toMatchObject({ success: true, data: { name: 'ab.pcap' } });
  expect(readFileSync(uploads.find(reply.data?.upload_id ?? '').file, 'utf8')).toBe('one two three');
});

test('a file that is chosen is read where it is: the page is told its name and an id, and it is not removed', async () => {
  const file = path.join(folder, 'mine.pcap');
  writeFileSync(file, 'packets');
  const reply = await pageFiles({ choose: () => Promise.resolve(file) }).receive({ kind: 'choose' });
  expect(reply).toMatchObject({ success: true, data: { name: 'mine.pcap' } });
  expect(JSON.stringify(reply)).not.toContain(folder);
  expect(uploads.find(reply.data?.upload_id ?? '')).toEqual({ file, name: 'mine.pcap' });
  uploads.stop();
  expect(readFileSync(file, 'utf8')).toBe('packets');
});

test('what was opened from outside comes in its order, and what is gone is a failure of its own', async () => {
  const opened = createOpenedFiles();
  for (const name of ['absent.pcap', 'there.pcap']) opened.offer(path.join(folder, name));
  writeFileSync(path.join(folder, 'there.pcap'), '');
  const files = pageFiles({ next: () => opened.next() });
  expect(await files.receive({ kind: 'next' })).toMatchObject({ success: false, error: { code: 'not_found' } });
  expect(await files.receive({ kind: 'next' })).toMatchObject({ success: true, data: { name: 'there.pcap' } });
  expect(await files.receive({ kind: 'next' })).toMatchObject({ success: true, data: null });
});

test('a failure while bytes are taken is told by what follows, until the page lets go', async () => {
  const files = pageFiles({ uploads: createUploads(null, systemClock) });
  await files.receive({ kind: 'write', id: 1, bytes: bytes('x') });
  expect(await files.receive({ kind: 'finish', id: 1, name: 'x' })).toMatchObject({
    success: false,
    data: null,
    error: { code: 'unsupported' },
  });
});

test('a page that is gone leaves no half of a file behind', async () => {
  const files = pageFiles();
  await files.receive({ kind: 'write', id: 1, bytes: bytes('half') });
  const place = path.join(folder, `uploads-${process.pid}`);
  await expect.poll(() => readdirSync(place)).toHaveLength(1);
  files.close();
  await expect.poll(() => readdirSync(place)).toEqual([]);
});

test('a third file at the same time is refused', async () => {
  const files = pageFiles();
  for (const id of [1, 2]) await files.receive({ kind: 'write', id, bytes: bytes('x') });
  expect(await files.receive({ kind: 'write', id: 3, bytes: bytes('x') })).toMatchObject({
    success: false,
    error: { code: 'busy' },
  });
  await files.receive({ kind: 'discard', id: 1 });
  expect(await files.receive({ kind: 'write', id: 3, bytes: bytes('x') })).toMatchObject({ success: true });
  files.close();
});

test.each([
  ['a path', { kind: 'choose', path: '/etc/shadow' }],
  ['a file by its path', { kind: 'lend', file: '/etc/shadow' }],
  ['more bytes than a part has', { kind: 'write', id: 1, bytes: new Uint8Array((4 << 20) + 1) }],
  ['no bytes', { kind: 'write', id: 1, bytes: 'text' }],
  ['nothing', undefined],
])('%s from the page is refused', async (_name, request) => {
  expect(await pageFiles().receive(request)).toMatchObject({ success: false, error: { code: 'invalid_argument' } });
});

test.each([
  [['/opt/netsonde', '/tmp/a.pcap', 'b.pcap'], true, ['/tmp/a.pcap', '/home/me/b.pcap']],
  [['electron', '.', '--no-sandbox', 'b.pcap'], false, ['/home/me/b.pcap']],
  [['electron', '.'], false, []],
])('of %j the files are named', (argv, isPackaged, files) => {
  expect(filesOf(argv, '/home/me', isPackaged)).toEqual(files);
});
