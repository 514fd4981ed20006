import { expect, test } from 'vitest';
import { parseServices, portNumber } from '../collectors/ports/service-names';
import { parsePortRanges } from './ports';
import { containerOf, createProcessTable } from './process-table';
import { parsePasswd } from './users';

test('a process that is gone is unknown', () => {
  expect(createProcessTable().facts(4_194_305)).toBeNull();
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
