import { chromium } from '@playwright/test';
import { type Launched, temporaryHome } from './index';
import { runtimeFile, start } from './process';

/** The built Electron main process under Node, with the double in place of Electron, and its page over DevTools. */
export async function launchDesktop(): Promise<Launched> {
  const { home, env, remove } = temporaryHome();
  const app = start(['--import', './e2e/double/register.mjs', 'out/main/index.js'], env);
  const [, address = ''] = await app.printed(/devtools (\S+)/);
  const browser = await chromium.connectOverCDP(address);
  const page = browser.contexts()[0]?.pages()[0];
  if (!page) throw new Error('The window of the desktop app has no page.');
  const { url, token } = runtimeFile(home);
  return {
    page,
    url,
    token,
    async close() {
      await browser.close();
      await app.end();
      remove();
    },
  };
}
