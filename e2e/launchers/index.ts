import { launchBrowser } from './browser';
import { launchDesktop } from './desktop';
import { launchElectron } from './electron';

export type { Launched } from './process';

/** One suite, three ways to open the app. */
export const LAUNCHERS = { browser: launchBrowser, desktop: launchDesktop, electron: launchElectron } as const;
export type LauncherName = keyof typeof LAUNCHERS;
