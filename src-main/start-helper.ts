import { builtHelper, findHelper } from './helper/find-helper';
import { EVENT_KINDS } from './helper/records';
import { type Helper, superviseHelper } from './helper/supervisor';
import { outFolder } from './places';

/** The helper of this build, also for remote hosts that may run it. */
export const helperFile = (): string => builtHelper(outFolder());

/** The privileged helper of this machine, kept running until it is stopped. */
export function startHelper(): Helper {
  return superviseHelper({
    find: () => findHelper({ built: helperFile() }),
    events: EVENT_KINDS.filter(kind => kind !== 'none'),
  });
}
