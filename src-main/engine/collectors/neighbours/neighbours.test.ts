import { expect, test } from 'vitest';
import { fixture } from '../../../../test/fixtures/fixture';
import { parseIpNeigh } from './ip-neigh';
import { parseArp } from './proc-net-arp';

const neighbour = { ip: '192.0.2.2', mac: '02:00:00:00:77:02' };

test('the neighbour table of ip (iproute2 6.1)', () => {
  expect(parseIpNeigh(fixture('ip/neigh.txt'))).toEqual([neighbour]);
});

test('the neighbour table of /proc', () => {
  expect(parseArp('IP address HW type Flags HW address Mask Device\n192.0.2.2 0x1 0x2 02:00:00:00:77:02 * veth-a\n')).toEqual([
    neighbour,
  ]);
});
