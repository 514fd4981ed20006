import type { KeptFile } from '../../engine/services/kept-file';
import { redactCommandLine } from '../../engine/services/redact';

const KEPT_LINES = 500;
const MAX_LINE = 1_000;
/** A line about a secret may hold it in a form nobody can recognise. */
const SECRET_WORD = /pass|pwd|secret|token|credential|bearer|api.?key|private.?key/i;

/** Lines typed before, newest first, as readline has them. Kept in a 0600 file of the home. */
export interface History {
  readonly lines: string[];
  /** Takes over readline's list and drops from it what must not be remembered. */
  update(lines: string[]): void;
}

export function openHistory(file: KeptFile, complain: (thrown: unknown) => void): History {
  const lines = (file.read() ?? '').split('\n').filter(Boolean).slice(-KEPT_LINES).reverse();
  let writable = true;
  return {
    lines,
    update(now) {
      const [newest] = now;
      if (newest !== undefined && !mayBeKept(newest)) now.shift();
      if (!writable) return;
      try {
        file.write(`${now.slice(0, KEPT_LINES).toReversed().join('\n')}\n`);
      } catch (thrown) {
        writable = false; // said once; the session goes on without
        complain(thrown);
      }
    },
  };
}

/** A leading blank keeps a line out of the history, as in shells. */
export function mayBeKept(line: string): boolean {
  if (line.startsWith(' ') || line.length > MAX_LINE || SECRET_WORD.test(line)) return false;
  const words = line.split(/\s+/);
  return redactCommandLine(words) === words.join(' ') && redactCommandLine([line]) === line;
}
