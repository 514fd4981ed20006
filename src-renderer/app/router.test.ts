import { expect, test } from 'vitest';
import { formatRoute, hrefOf, parseRoute } from './router';

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

test('a link of the frame keeps the host that is chosen, and names none for this machine', () => {
  expect(hrefOf('ports', 'web-1')).toBe('#/ports?host=web-1');
  expect(hrefOf('connections', 'db.eu', { filter: 'lport:80' })).toBe('#/connections?filter=lport%3A80&host=db.eu');
  expect(hrefOf('ports', null)).toBe('#/ports');
});
