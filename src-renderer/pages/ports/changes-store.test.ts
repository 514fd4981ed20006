import type { PortChange } from '@shared/model/port';
import { expect, test } from 'vitest';
import type { Listener } from '../../store/aggregate';
import { mergeChanges, useChanges, withOpenings } from './changes-store';

function change(at_ms: number, other: Partial<PortChange> = {}): PortChange {
  return {
    at_ms,
    kind: 'opened',
    protocol: 'TCP',
    port: 80,
    local_ip: '0.0.0.0',
    program: 'nginx',
    pid: 1,
    open_ms: null,
    ...other,
  };
}

test('knows nothing before the first snapshot, and that there is nothing after an empty one', () => {
  expect(useChanges.getState().changes).toBeNull();
  useChanges.getState().receive({ snapshot: true, changes: [] });
  expect(useChanges.getState().changes).toEqual([]);
});

test('puts the newest first and begins anew with a snapshot', () => {
  const both = mergeChanges([change(1)], { snapshot: false, changes: [change(2), change(3)] });
  expect(both.map(({ at_ms }) => at_ms)).toEqual([3, 2, 1]);
  expect(mergeChanges(both, { snapshot: true, changes: [change(4)] })).toEqual([change(4)]);
});

test.each<[string, readonly string[], PortChange[], number | null]>([
  ['nothing was told', ['0.0.0.0'], [], null],
  ['its opening was told', ['0.0.0.0'], [change(7)], 7],
  ['it is of IPv6', ['::'], [change(8, { protocol: 'TCP6', local_ip: '::' })], 8],
  ['it closed and opened again', ['0.0.0.0'], [change(9), change(8, { kind: 'closed' }), change(7)], 9],
  ['the last that was told is its end', ['0.0.0.0'], [change(8, { kind: 'closed' }), change(7)], null],
  ['one of its addresses was there before', ['0.0.0.0', '::1'], [change(7)], null],
  ['its addresses opened one after the other', ['0.0.0.0', '::1'], [change(9), change(7, { local_ip: '::1' })], 7],
  ['another port, address or protocol opened', ['0.0.0.0'], [change(7, { port: 81 }), change(7, { protocol: 'UDP' })], null],
])('knows since when a listener is there, or that it does not: %s', (_case, addresses, changes, since) => {
  const listener: Listener = {
    key: 'TCP/80/1',
    protocol: 'TCP',
    port: 80,
    addresses: [...addresses],
    reach: 'all',
    program: 'nginx',
    pid: 1,
    user: null,
    container: null,
    first_seen_ms: null,
    ids: ['1'],
  };
  expect(withOpenings([listener], changes)[0]?.first_seen_ms).toBe(since);
  expect(withOpenings([{ ...listener, first_seen_ms: 3 }], changes)[0]?.first_seen_ms).toBe(3);
});
