import type { PortChange } from '@shared/model/port';
import { expect, test } from 'vitest';
import { mergeChanges, useChanges } from './changes-store';

function change(at_ms: number): PortChange {
  return { at_ms, kind: 'opened', protocol: 'TCP', port: 80, local_ip: '0.0.0.0', program: 'nginx', pid: 1, open_ms: null };
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
