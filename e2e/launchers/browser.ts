import { chromium } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGS, type Launched, launched, start, temporaryHome } from './process';

/** `netsonde serve` and a browser that signs in with the printed link. */
export async function launchBrowser(): Promise<Launched> {
  const home = temporaryHome();
  const server = start(['out/main/cli.js', 'serve'], home.env);
  const [, link = ''] = await server.printed(/Open (\S+)/);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(link);
  return launched(page, home, async () => {
    await browser.close();
    await server.end();
  });
}
