import { builtHelper, findHelper } from './helper/find-helper';
import { EVENT_KINDS } from './helper/records';
import { type Helper, superviseHelper } from './helper/supervisor';
import { outFolder } from './places';

/** The privileged helper of this machine, kept running until it is stopped. */
export function startHelper(): Helper {
  return superviseHelper({
    find: () => findHelper({ built: builtHelper(outFolder()) }),
    events: EVENT_KINDS.filter(kind => kind !== 'none'),
  });
}
