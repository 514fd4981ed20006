import path from 'node:path';
import { findHelper } from '../../src-main/helper/find-helper';
import { EVENT_KINDS } from '../../src-main/helper/records';
import { type Helper, superviseHelper } from '../../src-main/helper/supervisor';

/** The helper that setup has built. */
export const BUILT_HELPER = path.resolve(import.meta.dirname, '../../out/helper/netsonde-helper');

/** A running helper of this build, loaded when it resolves. @throws when it cannot be had: nothing is skipped quietly */
export async function openHelper(): Promise<Helper> {
  const helper = superviseHelper({
    find: () => findHelper({ built: BUILT_HELPER }),
    events: EVENT_KINDS.filter(kind => kind !== 'none'),
  });
  await helper.settled();
  helper.session();
  return helper;
}
