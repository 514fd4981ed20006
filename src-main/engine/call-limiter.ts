import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';

/** Calls of one caller that run at once, and that wait for one to end (threat-model section 4, row 12). */
const AT_ONCE = 8;
const WAITING = 64;

interface Line {
  running: number;
  waiting: (() => void)[];
}

export interface CallLimiter {
  /** @throws NetsondeError busy when too many wait already, cancelled when the signal ends the wait */
  run<Value>(callerId: string, signal: AbortSignal | undefined, work: () => Promise<Value>): Promise<Value>;
  readonly running: number;
}

/** Keeps one caller from taking all the machine: first come, first served, for each caller by itself. */
export function createCallLimiter(): CallLimiter {
  const lines = new Map<string, Line>();
  let running = 0;

  const leave = (callerId: string, line: Line): void => {
    running--;
    const next = line.waiting.shift();
    // The place is handed on, not given back: no newcomer can take it in between.
    if (next) next();
    else if (--line.running === 0) lines.delete(callerId);
  };

  const enter = async (line: Line, signal: AbortSignal | undefined): Promise<void> => {
    if (line.running >= AT_ONCE) {
      if (line.waiting.length >= WAITING) {
        throw new NetsondeError('busy', text('error.busy', { limit: AT_ONCE }), { hint: text('error.busy_hint') });
      }
      await turn(line, signal);
    } else line.running++;
    running++;
  };

  return {
    async run(callerId, signal, work) {
      const line = lines.get(callerId) ?? { running: 0, waiting: [] };
      lines.set(callerId, line);
      await enter(line, signal);
      try {
        return await work();
      } finally {
        leave(callerId, line);
      }
    },
    get running() {
      return running;
    },
  };
}

function turn(line: Line, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = (): void => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = (): void => {
      line.waiting.splice(line.waiting.indexOf(go), 1);
      reject(new NetsondeError('cancelled', text('error.cancelled')));
    };
    line.waiting.push(go);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
