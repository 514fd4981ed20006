import type { DropCount, DropSecond } from '@shared/model/drop';
import { expect, test } from 'vitest';
import { countsByReason, dropTables, OTHER } from './drop-tables';

const drop = (fields: Partial<DropCount>): DropCount => ({
  reason: 'NO_SOCKET',
  benign: false,
  pid: null,
  program: '-',
  location: 'tcp_v4_rcv',
  count: 1,
  ...fields,
});
const second = (drops: DropCount[], other = 0): DropSecond => ({ at_ms: 0, drops, other, gap: false });
const SECONDS = [
  second([
    drop({ count: 3 }),
    drop({ reason: 'SOCKET_RCVBUFF', pid: 7, program: 'dns', location: 'udp_queue_rcv_skb', count: 5 }),
  ]),
  second([drop({ count: 4 }), drop({ reason: 'SKB_CONSUMED', benign: true, count: 90 })], 2),
];

test('adds up by reason, process and place, the most frequent first', () => {
  const tables = dropTables(SECONDS, false);
  expect(tables.reasons).toEqual([
    { reason: 'NO_SOCKET', benign: false, count: 7 },
    { reason: 'SOCKET_RCVBUFF', benign: false, count: 5 },
  ]);
  expect(tables.processes).toEqual([
    { pid: null, program: '-', count: 7 },
    { pid: 7, program: 'dns', count: 5 },
  ]);
  expect(tables.locations.map(({ location, count }) => [location, count])).toEqual([
    ['tcp_v4_rcv', 7],
    ['udp_queue_rcv_skb', 5],
  ]);
});

test('counts what the seconds do not list, and frees without loss apart', () => {
  expect(dropTables(SECONDS, false)).toMatchObject({ count: 14, other: 2, benign: 90 });
  expect(dropTables(SECONDS, true)).toMatchObject({ count: 104, other: 2, benign: 90 });
});

test('a chart column has the same drops as the tables', () => {
  const [, last = second([])] = SECONDS;
  expect(countsByReason(last, false)).toEqual([
    ['NO_SOCKET', 4],
    [OTHER, 2],
  ]);
  expect(countsByReason(last, true)).toHaveLength(3);
});
