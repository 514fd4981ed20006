import { expect, test } from 'vitest';
import { fixture } from '../../../test/fixtures/fixture';
import { parseArp, parseNeighbours } from './addresses';
import { vendorOf } from './vendor';

test('the neighbour table of ip and of /proc', () => {
  expect(parseNeighbours(fixture('ip/neigh.txt'))).toEqual(new Map([['192.0.2.2', '02:00:00:00:77:02']]));
  expect(parseArp('IP address HW type Flags HW address Mask Device\n192.0.2.2 0x1 0x2 02:00:00:00:77:02 * veth-a\n')).toEqual(
    new Map([['192.0.2.2', '02:00:00:00:77:02']]),
  );
});

test('the maker of a network card comes from the first three bytes; made-up addresses have none', async () => {
  expect(await vendorOf('00:00:00:12:34:56')).toBe('XEROX CORPORATION');
  expect(await vendorOf('02:00:00:00:77:02')).toBeNull();
});
