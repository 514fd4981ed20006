import { readFileSync } from 'node:fs';
import path from 'node:path';
import { builtHelper, findHelper } from '../../src-main/helper/find-helper';
import { type Helper, superviseHelper } from '../../src-main/helper/supervisor';
import { EVENT_KINDS } from '../../src-shared/model/event-kinds';
import { type Lab, openLab } from './engine-lab';

export const HELPER = builtHelper(path.resolve(import.meta.dirname, '../../out'));

/** An engine with a helper of its own, as `netsonde serve` makes them. */
export interface EventLab extends Lab {
  helper: Helper;
  close(): Promise<void>;
}

/** Resolves once the helper watches. */
export async function openEventLab(): Promise<EventLab> {
  const helper = superviseHelper({ find: () => findHelper({ built: HELPER }), events: EVENT_KINDS });
  const lab = openLab({ helper });
  await helper.settled();
  await helper.session().counts(5_000); // what was wanted has been heard
  return { ...lab, helper, close: () => lab.engine.stop() };
}

/** Resolves at the first state of that sort, or at once. */
export function helperState(helper: Helper, wanted: Helper['state']['state']): Promise<void> {
  return new Promise(resolve => {
    const stop = helper.listen({
      onState(state) {
        if (state.state !== wanted) return;
        queueMicrotask(() => stop());
        resolve();
      },
    });
  });
}

/** Inode of a network namespace, as events tell it. */
export function namespaceInode(pid: number): number {
  return Number(/net:\[(\d+)\]/.exec(readLinkOf(`/proc/${pid}/ns/net`))?.[1]);
}
