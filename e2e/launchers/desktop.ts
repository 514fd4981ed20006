import { chromium } from '@playwright/test';
import { printed } from '../../test/support/network';
import { crashRenderer, type Launched, launched, start, temporaryHome } from './process';

/** The built Electron main process under Node, with the double in place of Electron, and its page over DevTools. */
export async function launchDesktop(extraEnv: NodeJS.ProcessEnv = {}, files: string[] = []): Promise<Launched> {
  const home = temporaryHome();
  const app = start(['--import', './e2e/double/register.mjs', 'out/main/index.js', ...files], { ...home.env, ...extraEnv });
  const [, address = ''] = await printed(app.child, /devtools (\S+)/);
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  const page = context?.pages()[0];
  if (!context || !page) throw new Error('The window of the desktop app has no page.');
  return launched(page, home, {
    async crash() {
      // The app itself brings the window back; the double does it with another page.
      const again = context.waitForEvent('page');
      await crashRenderer(page);
      return again;
    },
    async end() {
      await browser.close();
      await app.end();
    },
  });
}
