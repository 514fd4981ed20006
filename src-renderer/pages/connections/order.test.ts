import { parseFilter } from '@shared/filter/filter';
import { expect, test } from 'vitest';
import { row } from '../../store/socket-rows';
import { favouriteTest, orderRows } from './order';

const PLAIN = {
  filter: null,
  sort: { column: 'rx', descending: true },
  group: 'none',
  keepClosed: true,
  isFavourite: () => false,
} as const;

test('puts the unknown last whatever the direction', () => {
  const rows = [row('none', { rx_rate_bps: null }), row('low', { rx_rate_bps: 1 }), row('high', { rx_rate_bps: 9 })];
  expect(orderRows(rows, PLAIN).order).toEqual(['high', 'low', 'none']);
  expect(orderRows(rows, { ...PLAIN, sort: { column: 'rx', descending: false } }).order).toEqual(['low', 'high', 'none']);
});

test('keeps favourites on top of any sort', () => {
  const rows = [row('busy', { rx_rate_bps: 9 }), row('mine', { program: 'sshd', rx_rate_bps: 1 })];
  expect(orderRows(rows, { ...PLAIN, isFavourite: favouriteTest([{ kind: 'process', value: 'sshd' }]) }).order).toEqual([
    'mine',
    'busy',
  ]);
});

test('knows a favourite service by the registered name of either port', () => {
  const isFavourite = favouriteTest([{ kind: 'service', value: 'https' }]);
  expect(isFavourite(row('a', { foreign_port: 443 }))).toBe(true);
  expect(isFavourite(row('b', { foreign_port: 444 }))).toBe(false);
});

test('leaves closed rows out when they are not to be kept', () => {
  const rows = [row('open'), row('closed', { closed_ms: 5 })];
  expect(orderRows(rows, { ...PLAIN, keepClosed: false }).order).toEqual(['open']);
});

test('filters with the language of the filter line', () => {
  const parsed = parseFilter('process:nginx');
  const filter = parsed.ok ? parsed.filter : null;
  expect(orderRows([row('a'), row('b', { program: 'nginx' })], { ...PLAIN, filter })).toMatchObject({ order: ['b'], shown: 1 });
});

test('groups by process, busiest group first, members in the asked order', () => {
  const rows = [
    row('a', { rx_rate_bps: 1 }),
    row('b', { program: 'nginx', rx_rate_bps: 5 }),
    row('c', { program: 'nginx', rx_rate_bps: 7 }),
  ];
  const { order, groups } = orderRows(rows, { ...PLAIN, group: 'process' });
  expect(order).toEqual(['group:nginx', 'c', 'b', 'group:curl', 'a']);
  expect(groups.get('nginx')).toEqual({ name: 'nginx', sockets: 2, rx_rate_bps: 12, tx_rate_bps: 0 });
});
