import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Page } from '@playwright/test';
import { printed } from '../test/support/network';
import { heldConnections, open } from './support';
import { expect, test } from './test';

const IPERF_PORT = 5298;

const rows = (page: Page) => page.getByRole('grid').getByRole('row');

async function pick(page: Page, button: RegExp, item: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function group(page: Page, by: string): Promise<void> {
  await page.getByRole('button', { name: /^Group/ }).click();
  await page.getByRole('menuitemcheckbox', { name: by }).click();
  await page.keyboard.press('Escape'); // a menu of switches stays open
}

async function downloaded(page: Page, format: 'CSV' | 'JSON'): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()]);
  return readFileSync(await file.path(), 'utf8');
}

test('sockets are grouped by process and by remote host', async ({ app: { page } }) => {
  const held = await heldConnections(3);
  try {
    await open(page, `connections?filter=port:${held.port}`);
    await group(page, 'process');
    await expect(rows(page).filter({ hasText: '7 sockets' })).toContainText('node');
    await group(page, 'remote host');
    await expect(rows(page).filter({ hasText: '6 sockets' })).toContainText('127.0.0.1');
    await expect(rows(page).filter({ hasText: '1 socket' })).toHaveCount(1); // the listener has no remote end
  } finally {
    await held.close();
  }
});

test('what has closed stays in sight for a while, unless that is switched off', async ({ app: { page } }) => {
  const held = await heldConnections(3);
  await open(page, `connections?filter=port:${held.port}`);
  await expect(page.getByText(/^7 of /)).toBeVisible();
  await held.close();
  await expect(page.getByRole('grid').locator('.grid-row.closed')).toHaveCount(7);
  await page.getByRole('switch', { name: 'Keep closed' }).click();
  await expect(page.getByText(/^0 of /)).toBeVisible();
});

test('a filter is saved under a name, used again, and forgotten', async ({ app: { page } }) => {
  await open(page, 'connections?filter=state:listen%20!proto:udp');
  await pick(page, /^Saved/, 'Save this filter');
  await page.getByRole('dialog').getByRole('textbox').fill('my doors');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'my doors' })).toBeVisible();
  await open(page, 'connections');
  await page.reload(); // it is kept by the engine, not by the page
  await pick(page, /^Saved/, 'my doors');
  await expect(page).toHaveURL(/filter=state%3Alisten/);
  await pick(page, /^my doors/, 'Forget “my doors”');
  await expect(page.getByRole('button', { name: /^Saved/ })).toBeVisible();
});

test('a favourite process stays above what the order would put first', async ({ app: { page } }) => {
  const held = await heldConnections(0);
  const iperf = spawn('iperf3', ['-s', '-p', String(IPERF_PORT), '-B', '127.0.0.1', '--forceflush']);
  await printed(iperf, /listening on/);
  try {
    await open(page, `connections?filter=state:listen%20port:${held.port},${IPERF_PORT}&sort=process-asc`);
    await expect(rows(page)).toHaveCount(3);
    await expect(rows(page).nth(1)).toContainText('iperf3');
    await rows(page).nth(2).getByRole('button', { name: 'Keep the process node on top' }).click();
    await page.mouse.move(0, 0); // nothing moves under the pointer
    await expect(rows(page).nth(1)).toContainText('node');
    await page.reload();
    await expect(rows(page).nth(1)).toContainText('node');
    // From the keyboard: the row that is first takes its star off.
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('f');
    await page.keyboard.press('/'); // nor under the focus
    await expect(rows(page).nth(1)).toContainText('iperf3');
  } finally {
    iperf.kill('SIGKILL');
    await Promise.all([once(iperf, 'close'), held.close()]);
  }
});

test('the rows are exported as they are shown, for spreadsheets and for programs', async ({ app: { page } }) => {
  const held = await heldConnections(3);
  try {
    await open(page, `connections?filter=lport:${held.port}%20state:established`);
    await expect(page.getByText(/^3 of /)).toBeVisible();
    const [head, ...lines] = (await downloaded(page, 'CSV')).trim().split('\r\n');
    expect(head).toContain('"local_port"');
    expect(lines).toHaveLength(3);
    const listed = JSON.parse(await downloaded(page, 'JSON')) as { local_port: number; pid: number; state: string }[];
    const seen = listed.map(({ local_port, pid, state }) => ({ local_port, pid, state }));
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ local_port: held.port, pid: process.pid, state: 'ESTABLISHED' })));
  } finally {
    await held.close();
  }
});

test('listeners are drawn by how far they reach, and their coming and going is told', async ({ app: { page } }) => {
  await open(page, 'ports');
  const came = page.getByRole('list', { name: 'Came and went' });
  const everywhere = createServer().listen(0, '0.0.0.0');
  await once(everywhere, 'listening');
  const address = everywhere.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP listener has a port.');
  const port = String(address.port);
  const reach = page.getByRole('listitem').filter({ hasText: 'from any machine that can route here' });
  await expect(reach.getByRole('button', { name: port })).toBeVisible();
  await expect(came).toContainText(`${port}/TCP opened`, { timeout: 15_000 });
  // Since when is known of what was seen to open.
  await expect(rows(page).filter({ hasText: port })).toContainText(/\d+s/);
  everywhere.close();
  await expect(came).toContainText(`${port}/TCP closed`, { timeout: 15_000 });
  await expect(reach.getByRole('button', { name: port })).toHaveCount(0);
});

test('rates change their unit at once, on every page', async ({ app: { page } }) => {
  await open(page, 'traffic?iface=lo');
  const figure = page.getByRole('figure').first();
  await expect(figure).toHaveAccessibleName(/bit\/s in/);
  await page.getByRole('radio', { name: 'B/s' }).click();
  await expect(figure).toHaveAccessibleName(/[\d.] k?M?B\/s in/);
  await open(page, 'overview');
  await expect(page.getByRole('row', { name: /^lo\b/ })).toContainText('B/s');
  await open(page, 'traffic?iface=lo');
  await page.getByRole('radio', { name: 'bit/s' }).click();
  await expect(figure).toHaveAccessibleName(/bit\/s in/);
});

/** True when the drawing holds the colour that the present theme has for its grid. */
function gridIsOfTheme(page: Page): Promise<boolean> {
  return page
    .locator('.rate-plot canvas')
    .first()
    .evaluate(canvas => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('The chart is drawn on a canvas.');
      const probe = document.createElement('span');
      probe.style.setProperty('forced-color-adjust', 'none');
      probe.style.color = 'var(--chart-grid)';
      document.body.append(probe);
      const wanted = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
      probe.remove();
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      for (let at = 0; at < data.length; at += 4)
        if (wanted.every((part, index) => data[at + index] === part) && data[at + 3] === 255) return true;
      return false;
    });
}

test('a chart has the colours of a theme that changed while no chart was shown', async ({ app: { page } }) => {
  for (const media of [{ colorScheme: 'dark' }, { colorScheme: 'light' }, { forcedColors: 'active' }] as const) {
    await open(page, 'settings');
    await page.emulateMedia(media);
    await open(page, 'traffic?iface=lo');
    await expect.poll(() => gridIsOfTheme(page)).toBe(true);
  }
  await page.emulateMedia({ forcedColors: 'none' });
});
