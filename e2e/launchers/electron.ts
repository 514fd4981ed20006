import { _electron } from '@playwright/test';
import { type Launched, ROOT, temporaryHome } from './index';
import { runtimeFile } from './process';

/** Real Electron, where its runtime and a display exist. */
export async function launchElectron(): Promise<Launched> {
  const { home, env, remove } = temporaryHome();
  const defined = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const app = await _electron.launch({ cwd: ROOT, args: ['.'], env: defined });
  const page = await app.firstWindow();
  const { url, token } = runtimeFile(home);
  return {
    page,
    url,
    token,
    async close() {
      await app.close();
      remove();
    },
  };
}
