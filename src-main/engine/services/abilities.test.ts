import { expect, test } from 'vitest';
import { createLocalHost } from '../hosts/local-host';
import { probeAbilities } from './abilities';
import type { SocketOwners } from './socket-owners';

/** Owners that know nothing before they have looked. */
function ownersThatHide(count: number): SocketOwners {
  let hidden: number | null = null;
  return {
    find: () => Promise.resolve(new Map()),
    refresh() {
      hidden = count;
      return Promise.resolve();
    },
    get hidden() {
      return hidden;
    },
  };
}

test.each([
  [7, false, 'degraded', 'Processes of other users cannot be looked into (7 at the last look).'],
  [0, false, 'degraded', 'Processes of other users cannot be looked into.'],
  [0, true, 'good', null],
])('with %i hidden processes and privileges %s the names of processes are %s', async (count, privileged, state, reason) => {
  const abilities = await probeAbilities({ ...createLocalHost(), platform: 'linux' }, ownersThatHide(count), privileged, 'en');
  expect(abilities.find(({ id }) => id === 'process_names')).toMatchObject({ state, reason });
});
