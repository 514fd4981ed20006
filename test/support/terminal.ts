import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A program in a terminal of its own, as a person has it. */
export interface Terminal {
  /** Sends keys. */
  type(keys: string): void;
  /** Resolves with the first match in what was shown since the last one. */
  shows(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Everything so far, escape sequences included. */
  output(): string;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** Ends with the test. `script` makes the terminal: node has none to give. @param words of a line for sh */
export function openTerminal(words: readonly string[], env: NodeJS.ProcessEnv): Terminal {
  const child = spawn('script', ['-qefc', words.join(' '), '/dev/null'], { stdio: ['pipe', 'pipe', 'pipe'], env });
  let shown = '';
  let read = 0;
  let waiting: (() => void) | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
    waiting?.();
  });
  onTestFinished(() => void child.kill('SIGKILL')); // the program then gets SIGHUP
  const ended = once(child, 'close').then(([code]) => {
    waiting?.();
    return code as number | null;
  });
  let over = false;
  void ended.then(() => (over = true));
  return {
    type: keys => void child.stdin.write(keys),
    shows: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = shown.slice(read).match(pattern);
          if (match) {
            read += (match.index ?? 0) + match[0].length;
            waiting = undefined;
            resolve(match);
          } else if (over || child.exitCode !== null) reject(new Error(`Ended before showing ${pattern}:\n${shown}`));
        };
        waiting = look;
        look();
      }),
    output: () => shown,
    ended,
  };
}

/** What is left when colours and cursor moves are taken out. */
export function withoutEscapes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what these are
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
}
