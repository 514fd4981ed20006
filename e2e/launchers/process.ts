import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGS } from '../chromium.mjs';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export { CHROMIUM, CHROMIUM_ARGS };

/** A running Netsonde with its page open. */
export interface Launched {
  page: Page;
  /** Address of the loopback listener. */
  url: string;
  token: string;
  /** Ends the renderer as a crash does; resolves with the page that is there afterwards, loaded. */
  crash: () => Promise<Page>;
  /** The server when it is a process of its own: without it the page lives on. */
  server: { kill: () => Promise<void>; startAgain: () => Promise<void> } | null;
  close(): Promise<void>;
}

/** What a launcher adds to the page and the home. */
export interface Ways extends Pick<Launched, 'crash'> {
  server?: Launched['server'];
  /** Stops the app. */
  end: () => Promise<unknown>;
}

/** What every launcher returns once its page stands; the app is stopped before its home is removed. */
export function launched(page: Page, { home, remove }: TemporaryHome, { crash, server = null, end }: Ways): Launched {
  const { url, token } = runtimeFile(home);
  return {
    page,
    url,
    token,
    crash,
    server,
    async close() {
      await end();
      remove();
    },
  };
}

export interface TemporaryHome {
  home: string;
  env: NodeJS.ProcessEnv;
  remove: () => void;
}

/** Lets the renderer of a page crash. */
export async function crashRenderer(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Never answered: who would answer is gone.
  void session.send('Page.crash').catch(() => {});
  await crashed;
}

/** A fresh home in a folder of its own, removed at the end. */
export function temporaryHome(): TemporaryHome {
  const home = mkdtempSync(path.join(tmpdir(), 'netsonde-e2e-'));
  return {
    home,
    env: { ...process.env, NETSONDE_HOME: home, LANG: 'C.UTF-8' },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

export interface Started {
  child: ChildProcess;
  /** Ends the process the way a user does and waits until it is gone. */
  end(): Promise<number | null>;
  /** Takes the process away without a word, and waits until it is gone. */
  kill(): Promise<number | null>;
}

/** Starts a program of the project under its own Node; `printed` tells what it says. */
export function start(args: string[], env: NodeJS.ProcessEnv, program = process.execPath): Started {
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number | null>(resolve => child.on('close', resolve));
  return {
    child,
    async end() {
      child.kill('SIGTERM');
      return closed;
    },
    async kill() {
      child.kill('SIGKILL');
      return closed;
    },
  };
}

/** The runtime file of a home: where the listener is, and its token. */
export function runtimeFile(home: string): { url: string; token: string; pid: number } {
  return JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8')) as { url: string; token: string; pid: number };
}
