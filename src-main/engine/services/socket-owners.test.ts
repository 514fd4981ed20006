import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from './clock';
import { createSocketOwners, type SocketOwners } from './socket-owners';

/** A /proc of our own: processes are folders, descriptors are links. */
let proc: string;
let owners: SocketOwners;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'netsonde-proc-'));
  owners = createSocketOwners({ clock: systemClock, proc });
});
afterEach(() => rmSync(proc, { recursive: true }));

function open(pid: number, fd: number, target: string): void {
  mkdirSync(join(proc, String(pid), 'fd'), { recursive: true });
  rmSync(join(proc, String(pid), 'fd', String(fd)), { force: true });
  symlinkSync(target, join(proc, String(pid), 'fd', String(fd)));
}

const found = async (inodes: number[], options = {}): Promise<[number, readonly number[]][]> => [
  ...(await owners.find(inodes, options)),
];

test('finds the holders of sockets, several of one too', async () => {
  open(10, 3, 'socket:[100]');
  open(11, 3, 'socket:[100]');
  open(11, 4, '/dev/null');
  open(12, 5, 'socket:[101]');
  expect(await found([100, 101, 102, 0])).toEqual([
    [100, [10, 11]],
    [101, [12]],
  ]);
});

test('a socket that is opened later is found at the next question', async () => {
  open(10, 3, 'socket:[100]');
  expect(await found([100])).toEqual([[100, [10]]]);
  open(10, 4, 'socket:[200]');
  open(13, 3, 'socket:[201]');
  expect(await found([200, 201])).toEqual([
    [200, [10]],
    [201, [13]],
  ]);
});

test('a descriptor that is another socket by now is not believed', async () => {
  open(10, 3, 'socket:[100]');
  await found([100]);
  open(10, 3, 'socket:[300]');
  expect(await found([100], { verify: true })).toEqual([]);
  expect(await found([300], { verify: true })).toEqual([[300, [10]]]);
});

test('in a complete table, the descriptor of a socket that is gone is read again', async () => {
  open(10, 3, 'socket:[100]');
  open(10, 4, 'socket:[101]');
  await found([100, 101], { complete: true });
  open(10, 3, 'socket:[400]');
  expect(await found([101, 400], { complete: true })).toEqual([
    [101, [10]],
    [400, [10]],
  ]);
});

test('a socket that was handed to another process belongs to that one', async () => {
  open(10, 3, 'socket:[100]');
  await found([100]);
  rmSync(join(proc, '10', 'fd', '3'));
  open(11, 7, 'socket:[100]');
  expect(await found([100], { verify: true })).toEqual([[100, [11]]]);
});

test('a process that ended holds nothing any more', async () => {
  open(10, 3, 'socket:[100]');
  await found([100]);
  rmSync(join(proc, '10'), { recursive: true });
  expect(await found([100], { verify: true })).toEqual([]);
});

test('how many processes are hidden is not known before a whole look', async () => {
  expect(owners.hidden).toBeNull();
  open(10, 3, 'socket:[100]');
  await owners.refresh();
  expect(owners.hidden).toBe(0);
});
