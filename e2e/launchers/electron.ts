import { _electron } from '@playwright/test';
import { type Launched, launched, ROOT, temporaryHome } from './process';

/** Real Electron, where its runtime and a display exist. */
export async function launchElectron(): Promise<Launched> {
  const home = temporaryHome();
  const env = Object.fromEntries(Object.entries(home.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const app = await _electron.launch({ cwd: ROOT, args: ['.'], env });
  return launched(await app.firstWindow(), home, {
    crash: () => Promise.reject(new Error('Playwright lets go of an Electron page whose renderer crashed.')),
    end: () => app.close(),
  });
}
