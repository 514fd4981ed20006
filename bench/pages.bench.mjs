// What the pages cost in Chromium: scripting of a live chart, a hidden page, frames of a table whose every row changes
// each second.
import { chromium } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGS } from '../e2e/chromium.mjs';
import { openPageToHide } from './lib/hidden-page.mjs';
import { cpuSeconds, openSockets, report, reportAtLeast, startServer } from './lib/measure.mjs';

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1_000)); // a page is measured over time

async function openPage(browser, server, hash) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(server.link);
  await page.goto(`${server.url}/${hash}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** Milliseconds of script per second of wall clock. */
async function scriptingPerSecond(page, seconds) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async () =>
    Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  const before = await read();
  await wait(seconds);
  const after = await read();
  return ((after.ScriptDuration - before.ScriptDuration) * 1_000) / (after.Timestamp - before.Timestamp);
}

/** Frames a second while the wheel turns over the table. */
async function framesWhileScrolling(page, seconds) {
  const grid = page.getByRole('grid').first();
  await grid.hover();
  const counting = page.evaluate(
    durationMs =>
      new Promise(resolve => {
        let frames = 0;
        const started = performance.now();
        const count = now => {
          frames += 1;
          if (now - started < durationMs) requestAnimationFrame(count);
          else resolve((frames * 1_000) / (now - started));
        };
        requestAnimationFrame(count);
      }),
    seconds * 1_000,
  );
  for (let turned = 0; turned < seconds * 20; turned += 1) {
    await page.mouse.wheel(0, 120);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  return counting;
}

/** CPU of a hidden page and of the engine behind it, in % of a core. */
async function costWhileHidden(server, seconds) {
  const page = await openPageToHide();
  try {
    await page.goto(server.link);
    await page.evaluate("location.hash = '#/traffic'");
    await wait(3);
    await page.hide();
    const state = await page.evaluate('document.visibilityState');
    if (state !== 'hidden') throw new Error(`The page is ${state}, so this would not measure a hidden one.`);
    await wait(3); // what was under way ends
    const before = { page: await page.cpuSeconds(), engine: cpuSeconds(server.pid) };
    await wait(seconds);
    return {
      page: (((await page.cpuSeconds()) - before.page) / seconds) * 100,
      engine: ((cpuSeconds(server.pid) - before.engine) / seconds) * 100,
    };
  } finally {
    await page.close();
  }
}

const server = await startServer();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
try {
  const traffic = await openPage(browser, server, '#/traffic');
  await wait(3);
  report('Traffic page, scripting', await scriptingPerSecond(traffic, 15), 'ms per second', 12);
  await traffic.context().close();

  const hidden = await costWhileHidden(server, 20);
  report('Hidden page', hidden.page, '% of a core', 0.5);
  report('Engine behind a hidden page', hidden.engine, '% of a core', 2);

  const close = await openSockets(10_000, { chatter: true });
  const connections = await openPage(browser, server, '#/connections');
  await wait(5);
  reportAtLeast(
    'Connections page, 10,000 rows that all change each second, while scrolling',
    await framesWhileScrolling(connections, 8),
    'frames/s',
    50,
  );
  await connections.context().close();
  await close();
} finally {
  await browser.close();
  await server.stop();
}
