import { chromium } from '@playwright/test';
import { printed } from '../../test/support/network';
import { CHROMIUM, CHROMIUM_ARGS, crashRenderer, type Launched, launched, runtimeFile, start, temporaryHome } from './process';

/** `netsonde serve` and a browser that signs in with the printed link. */
export async function launchBrowser(): Promise<Launched> {
  const home = temporaryHome();
  const serve = (...options: string[]) => start(['out/main/cli.js', 'serve', ...options], home.env);
  let server = serve();
  const [, link = ''] = await printed(server.child, /Open (\S+)/);
  const { port } = new URL(runtimeFile(home.home).url);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(link);
  return launched(page, home, {
    async crash() {
      const address = page.url();
      await crashRenderer(page);
      // What a user does with a tab that died: the same address in another one, still signed in.
      const again = await context.newPage();
      await again.goto(address);
      return again;
    },
    server: {
      async kill() {
        await server.kill();
      },
      async startAgain() {
        server = serve('--port', port);
        await printed(server.child, /Open (\S+)/);
      },
    },
    async end() {
      await browser.close();
      await server.end();
    },
  });
}
