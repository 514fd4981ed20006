import type { Engine } from '../../engine/create-engine';
import type { Caller } from '../../engine/tool';

/** Calls that ended, by tool and outcome. Only tools that exist are counted, so the table cannot grow without end. */
export interface Calls {
  readonly ended: ReadonlyMap<string, { succeeded: number; failed: number; seconds: number }>;
  readonly running: number;
}

/** The engine as every door sees it: counts calls on their way through. */
export function countCalls(engine: Engine, onCall: (caller: Caller) => void): { engine: Engine; calls: Calls } {
  const ended = new Map<string, { succeeded: number; failed: number; seconds: number }>();
  let running = 0;
  return {
    calls: {
      ended,
      get running() {
        return running;
      },
    },
    engine: {
      ...engine,
      async call(name, input, caller, options) {
        const startedMs = performance.now();
        running++;
        onCall(caller);
        try {
          const reply = await engine.call(name, input, caller, options);
          if (engine.tools.has(name)) {
            const counts = ended.get(name) ?? { succeeded: 0, failed: 0, seconds: 0 };
            if (reply.success) counts.succeeded++;
            else counts.failed++;
            counts.seconds += (performance.now() - startedMs) / 1000;
            ended.set(name, counts);
          }
          return reply;
        } finally {
          running--;
        }
      },
    },
  };
}
