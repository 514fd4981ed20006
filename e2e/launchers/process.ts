import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './index';

/** Chromium without its own network traffic, which would be measured as the user's. */
export const CHROMIUM = process.env.NETSONDE_CHROMIUM ?? '/usr/bin/chromium';
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export interface Started {
  child: ChildProcess;
  /** Resolves with the first match in what the process prints. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Ends the process the way a user does and waits until it is gone. */
  end(): Promise<number | null>;
}

/** Starts a program of the project under its own Node and listens to what it prints. */
export function start(args: string[], env: NodeJS.ProcessEnv, program = process.execPath): Started {
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const waiting = new Set<() => void>();
  const onData = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const check of waiting) check();
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  const closed = new Promise<number | null>(resolve => child.on('close', resolve));
  return {
    child,
    printed: pattern =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const match = output.match(pattern);
          if (!match) return;
          waiting.delete(check);
          resolve(match);
        };
        waiting.add(check);
        check();
        void closed.then(code => reject(new Error(`Ended with code ${code} before printing ${pattern}:\n${output}`)));
      }),
    async end() {
      child.kill('SIGTERM');
      return closed;
    },
  };
}

/** The runtime file of a home: where the listener is, and its token. */
export function runtimeFile(home: string): { url: string; token: string; pid: number } {
  return JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8')) as { url: string; token: string; pid: number };
}
