import { chromium } from '@playwright/test';
import { type Launched, launched, start, temporaryHome } from './process';

/** The built Electron main process under Node, with the double in place of Electron, and its page over DevTools. */
export async function launchDesktop(): Promise<Launched> {
  const home = temporaryHome();
  const app = start(['--import', './e2e/double/register.mjs', 'out/main/index.js'], home.env);
  const [, address = ''] = await app.printed(/devtools (\S+)/);
  const browser = await chromium.connectOverCDP(address);
  const page = browser.contexts()[0]?.pages()[0];
  if (!page) throw new Error('The window of the desktop app has no page.');
  return launched(page, home, async () => {
    await browser.close();
    await app.end();
  });
}
