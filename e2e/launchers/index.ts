import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { launchBrowser } from './browser';
import { launchDesktop } from './desktop';
import { launchElectron } from './electron';

/** A running Netsonde with its page open. */
export interface Launched {
  page: Page;
  /** Address of the loopback listener. */
  url: string;
  token: string;
  close(): Promise<void>;
}

export const LAUNCHERS = { browser: launchBrowser, desktop: launchDesktop, electron: launchElectron } as const;
export type LauncherName = keyof typeof LAUNCHERS;

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** A fresh home in a folder of its own, removed at the end. */
export function temporaryHome(): { home: string; env: NodeJS.ProcessEnv; remove: () => void } {
  const home = mkdtempSync(path.join(tmpdir(), 'netsonde-e2e-'));
  return {
    home,
    env: { ...process.env, NETSONDE_HOME: home, LANG: 'C.UTF-8' },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
