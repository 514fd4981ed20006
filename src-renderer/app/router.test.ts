import { expect, test } from 'vitest';
import { formatRoute, parseRoute } from './router';

test('reads page and parameters from the address', () => {
  const { page, params } = parseRoute('#/connections?filter=state%3Alisten+%21local&sort=rx-desc');
  expect(page).toBe('connections');
  expect([...params]).toEqual([
    ['filter', 'state:listen !local'],
    ['sort', 'rx-desc'],
  ]);
});

test('takes an empty address for the overview', () => {
  expect(parseRoute('').page).toBe('overview');
  expect(parseRoute('#/').page).toBe('overview');
});

test('takes a page that is not there for the overview', () => {
  expect(parseRoute('#/nowhere').page).toBe('overview');
});

test('writes what it reads', () => {
  const route = { page: 'traffic', params: new Map([['iface', 'a$(id)&x=1']]) };
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test('reads what a page is about, and keeps it apart from its parameters', () => {
  const route = { page: 'process', about: '1234-1763740000000', params: new Map([['filter', 'kind:drop']]) };
  expect(formatRoute(route)).toBe('#/process/1234-1763740000000?filter=kind%3Adrop');
  expect(parseRoute(formatRoute(route))).toEqual(route);
});
