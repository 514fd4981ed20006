import { chromium } from '@playwright/test';
import { type Launched, temporaryHome } from './index';
import { CHROMIUM, CHROMIUM_ARGS, runtimeFile, start } from './process';

/** `netsonde serve` and a browser that signs in with the printed link. */
export async function launchBrowser(): Promise<Launched> {
  const { home, env, remove } = temporaryHome();
  const server = start(['out/main/cli.js', 'serve'], env);
  const [, link = ''] = await server.printed(/Open (\S+)/);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(link);
  const { url, token } = runtimeFile(home);
  return {
    page,
    url,
    token,
    async close() {
      await browser.close();
      await server.end();
      remove();
    },
  };
}
