// From the drop of a 50 MB capture on the page to its verdict and tables on screen, in Chromium.
// The capture is made by make-large.mjs of the corpus (NETSONDE_CORPUS, default ../shared/pcaps).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGS } from '../e2e/chromium.mjs';
import { median, ROOT, report, startServer } from './lib/measure.mjs';

const MAKER = path.join(path.resolve(ROOT, process.env.NETSONDE_CORPUS ?? '../shared/pcaps'), 'make-large.mjs');
/** 50.0 MB with the mix of make-large. */
const PACKETS = 61_000;
const ROUNDS = 5;

if (existsSync(MAKER)) await fiftyMegabytes();
else console.log(`No opening measured: ${MAKER} is missing (NETSONDE_CORPUS).`);

async function fiftyMegabytes() {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-bench-'));
  const file = path.join(folder, 'fifty.pcap');
  execFileSync(process.execPath, [MAKER, file, '--packets', String(PACKETS)], { stdio: 'ignore' });
  const server = await startServer();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
  try {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // A browser that has not been here: nothing of the report page is loaded yet.
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      await page.goto(server.link);
      await page.goto(`${server.url}/#/captures`);
      await page.getByText('Captures and files').waitFor();
      rounds.push(await openDropped(page, file));
      await context.close();
    }
    const of = name => median(rounds.map(each => each[name]));
    const megabytes = Math.round(statSync(file).size / 1e6);
    const note = `handed over after ${Math.round(of('handedOver'))}, judged after ${Math.round(of('judged'))}, verdict after ${Math.round(of('verdict'))} ms`;
    report(`a capture of ${megabytes} MB, from the drop to its tables`, of('tables'), 'ms', 1_500, note);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Drops a file of the disk. @returns milliseconds until each thing was on screen */
async function openDropped(page, file) {
  // Only an input gives a page a file that stays on the disk; from there it is dropped as a file manager does.
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.id = 'dropped';
    document.body.append(input);
  });
  await page.locator('#dropped').setInputFiles(file);
  return page.evaluate(
    () =>
      new Promise(resolve => {
        const input = document.getElementById('dropped');
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(input.files[0]);
        input.remove();
        const started = performance.now();
        const seen = {};
        const look = () => {
          const note = (name, isThere) => {
            if (isThere) seen[name] ??= performance.now() - started;
          };
          note('handedOver', document.querySelector('.upload')?.textContent.includes('Analysing'));
          note('judged', location.hash.startsWith('#/report'));
          note('verdict', document.querySelector('[data-testid=verdict] b'));
          note(
            'tables',
            document.querySelector('[data-testid=verdict] b') && document.querySelector('[role=grid] [role=gridcell]'),
          );
          if (seen.tables === undefined) requestAnimationFrame(look);
          // Seen is what was painted: the frame after this one.
          else requestAnimationFrame(() => setTimeout(() => resolve({ ...seen, tables: performance.now() - started })));
        };
        document.getElementById('main').dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer }));
        look();
      }),
  );
}
