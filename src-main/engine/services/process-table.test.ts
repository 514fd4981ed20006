import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseServices, portNumber } from '../collectors/ports/service-names';
import { parsePortRanges } from './ports';
import { containerOf, createProcessTable } from './process-table';
import { parsePasswd } from './users';

test('a process that is gone is unknown', () => {
  expect(createProcessTable().facts(4_194_305)).toBeNull();
});

test('a process that got the pid of another has nothing of that one', () => {
  const proc = mkdtempSync(path.join(tmpdir(), 'netsonde-proc-'));
  onTestFinished(() => rmSync(proc, { recursive: true }));
  const table = createProcessTable(proc);
  const isNow = (program: string, startTicks: number, cgroup: string): void => {
    mkdirSync(path.join(proc, '7'), { recursive: true });
    // Fields 3 to 22 of /proc/PID/stat; the parent is 1.
    writeFileSync(path.join(proc, '7/stat'), `7 (${program}) S 1 ${'0 '.repeat(17)}${startTicks}\n`);
    writeFileSync(path.join(proc, '7/cgroup'), cgroup);
  };
  isNow('nginx', 100, `0::/system.slice/docker-${ID}.scope`);
  expect(table.facts(7)).toEqual({ pid: 7, program: 'nginx', startTicks: 100, container: ID.slice(0, 12) });
  rmSync(path.join(proc, '7'), { recursive: true });
  expect(table.facts(7)).toBeNull();
  isNow('curl', 900, '0::/user.slice');
  expect(table.facts(7)).toEqual({ pid: 7, program: 'curl', startTicks: 900, container: null });
});

const ID = 'a1b2c3d4e5f6'.padEnd(64, '0');
test.each([
  [`0::/system.slice/docker-${ID}.scope`, 'a1b2c3d4e5f6'],
  [`12:pids:/docker/${ID}\n0::/`, 'a1b2c3d4e5f6'],
  [`0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope`, 'a1b2c3d4e5f6'],
  ['0::/user.slice/user-1000.slice', null],
  ['', null],
])('the container of %s is %s', (cgroup, container) => {
  expect(containerOf(cgroup)).toBe(container);
});

test('names of users, services and reserved ports', () => {
  expect(parsePasswd('root:x:0:0::/:/bin/sh\nbroken\nalias:x:0:0::/:/bin/sh\n')).toEqual(new Map([[0, 'root']]));
  expect(parseServices('# comment\nhttp\t\t80/tcp\twww # x\nwww 80/tcp\ndomain 53/udp').get('80/TCP')).toBe('http');
  expect([portNumber('https', 'TCP'), portNumber('domain', 'UDP'), portNumber('nonsense', 'TCP')]).toEqual([443, 53, null]);
  expect(parsePortRanges('8080,9148-9150\n')).toEqual([
    [8080, 8080],
    [9148, 9150],
  ]);
  expect(parsePortRanges('\n')).toEqual([]);
});
