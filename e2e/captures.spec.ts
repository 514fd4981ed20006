import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { connect } from 'node:net';
import AxeBuilder from '@axe-core/playwright';
import { type Download, type Locator, type Page, test as plain } from '@playwright/test';
import type { CaptureAnalysisResult } from '@shared/model/capture';
import { CAN_MAKE_NETWORKS } from '../test/support/network';
import { dropFile, refusedPcap } from './capture-files';
import { collectErrors, open } from './support';
import { expect, test } from './test';

plain.skip(!CAN_MAKE_NETWORKS, 'Capturing packets needs root on Linux.');

/** A web server of this process; once it is closed, its port refuses. */
async function webServer(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((asked, answer) => answer.end(`you asked for ${asked.url}`)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP listener has a port.');
  return {
    port: address.port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A request over a connection of its own, answered whole. */
async function request(port: number, path: string): Promise<void> {
  const asked = get({ port, host: '127.0.0.1', path, agent: false });
  const [answer] = await once(asked, 'response');
  answer.resume();
  await once(answer, 'end');
}

async function refused(to: number): Promise<void> {
  const socket = connect(to, '127.0.0.1');
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
}

/** Captures a port on loopback by the form; resolves when the report of the running capture is there. */
async function start(page: Page, port: number): Promise<void> {
  await open(page, 'captures');
  await page.getByRole('radio', { name: 'Port', exact: true }).click();
  await page.getByRole('textbox', { name: 'Target' }).fill(String(port));
  await page.getByRole('spinbutton', { name: 'Seconds' }).fill('60');
  await page.getByRole('combobox', { name: 'Interface' }).selectOption('lo');
  await page.getByRole('button', { name: 'Start capture, privileged' }).click();
  await expect(page).toHaveURL(/#\/report\?session=/);
  await expect(page.getByRole('button', { name: 'Stop the capture' })).toBeVisible();
}

const problems = (page: Page): Locator => page.getByRole('listbox', { name: 'Problems' }).getByRole('option');
const ladder = (page: Page): Locator => page.getByRole('listbox', { name: 'Ladder' }).getByRole('option');
const rows = (page: Page): Locator => page.getByRole('grid').getByRole('rowgroup').getByRole('row');

async function saved(page: Page, entry: string): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: entry }).click()]);
  return contentOf(file);
}
const contentOf = async (file: Download): Promise<string> => readFileSync(await file.path(), 'utf8');

const stop = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Stop the capture' }).click();
  await expect(page.getByRole('link', { name: 'Capture again' })).toBeVisible();
};

test('3 requests and a refused connect are seen live, then judged, with their packets', async ({ app: { page } }) => {
  const errors = collectErrors(page);
  const server = await webServer();
  await start(page, server.port);
  for (const path of ['/one', '/two', '/three']) await request(server.port, path);
  await expect(page.getByTestId('figure-connections')).toContainText('3 established, 0 failed');
  // Counted while it runs, also when no packet follows.
  await expect(page.getByTestId('figure-lost')).toContainText('kernel 0');
  await page.getByRole('radio', { name: 'HTTP 3', exact: true }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(rows(page).filter({ hasText: '/two' })).toContainText('200');
  await server.close();
  await refused(server.port);
  await expect(page.getByTestId('figure-connections')).toContainText('3 established, 1 failed');
  await expect(page.getByRole('link', { name: '1 capture running' })).toBeVisible();
  await stop(page);

  await expect(page.getByTestId('verdict')).toContainText(`refused`);
  await expect(page.getByTestId('verdict').getByRole('img')).toHaveAccessibleName('Warning');
  await problems(page)
    .filter({ hasText: `127.0.0.1:${server.port}` })
    .first()
    .click();
  await page
    .getByRole('button', { name: /^packet \d/ })
    .last()
    .click();
  await expect(ladder(page).filter({ hasText: 'SYN' })).toHaveCount(1);
  await expect(page.getByRole('option', { selected: true, name: /RST/ })).toBeVisible();
  expect(page.url()).toMatch(/flow=\d+&packet=\d+|packet=\d+/);
  // What is open stands in the address.
  await page.reload();
  await expect(page.getByRole('option', { selected: true, name: /RST/ })).toBeVisible();
  expect(errors).toEqual([]);
});

test('the report is exported whole: HTML without a script, Markdown, JSON, and the rows as CSV', async ({ app: { page } }) => {
  const server = await webServer();
  await start(page, server.port);
  await request(server.port, '/exported');
  await expect(page.getByTestId('figure-connections')).toContainText('1 established');
  await stop(page);
  await server.close();
  const html = await saved(page, 'HTML');
  expect(html).toContain('/exported');
  expect(html).not.toMatch(/<script|javascript:|\son\w+=/i);
  expect(await saved(page, 'Markdown')).toContain('/exported');
  const whole = JSON.parse(await saved(page, 'JSON')) as CaptureAnalysisResult; // the same build wrote it
  expect(whole.http_requests).toMatchObject([{ path: '/exported', status: 200 }]);
  expect(whole.connection_analysis.connections).toHaveLength(1);
  await page.getByRole('radio', { name: 'HTTP 1', exact: true }).click();
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV', exact: true }).click(),
  ]);
  expect((await contentOf(csv)).split('\r\n')[1]).toContain('"/exported"');
});

test('a dropped capture file has a report, is compared, and is gone when it is deleted', async ({ app: { page } }) => {
  for (const name of ['before.pcap', 'after.pcap']) {
    await open(page, 'captures');
    await dropFile(page, name, refusedPcap());
    await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
    await expect(page.getByTestId('figure-packets')).toContainText('2');
    await expect(problems(page).filter({ hasText: '198.51.100.9' }).first()).toContainText('8443');
    await expect(ladder(page)).toHaveCount(2);
  }
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('menuitem', { name: /before\.pcap/ }).click();
  await expect(page.getByTestId('verdict')).toContainText('Both found the same problems.');
  await open(page, 'captures');
  const row = page.getByRole('row').filter({ hasText: 'after.pcap' });
  await row.getByRole('button', { name: 'Delete: after.pcap' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('row').filter({ hasText: 'before.pcap' })).toHaveCount(1);
});

test('of many problems one kind is chosen, and stands in the address', async ({ app: { page } }) => {
  await open(page, 'captures');
  await dropFile(page, 'many.pcap', refusedPcap(12));
  const kind = page.getByRole('combobox', { name: 'Kind of problem' });
  await expect(kind).toBeVisible();
  const every = await problems(page).count();
  await kind.selectOption({ label: 'Connection refused (12)' });
  await expect(problems(page)).toHaveCount(12);
  expect(every).toBeGreaterThanOrEqual(12);
  // By the keyboard to the last one: its flow is drawn.
  await page.getByRole('listbox', { name: 'Problems' }).focus();
  await page.keyboard.press('End');
  await expect(problems(page).last()).toHaveAttribute('aria-selected', 'true');
  await expect(problems(page).last()).toContainText('198.51.100.20:8454');
  await expect(ladder(page)).toHaveCount(2);
  await page.reload();
  await expect(problems(page)).toHaveCount(12);
});

test('a file that is no capture is refused in words', async ({ app: { page } }) => {
  await open(page, 'captures');
  await dropFile(page, 'notes.txt', Buffer.from('these are notes, not packets'));
  await expect(page.getByTestId('verdict')).toContainText('This is no capture file');
  await expect(page.getByTestId('figure-packets')).toContainText('0');
  await expect(ladder(page)).toHaveCount(0);
});

test('a target that cannot be captured is refused where it was typed', async ({ app: { page } }) => {
  await open(page, 'captures');
  await page.getByRole('radio', { name: 'Port', exact: true }).click();
  await page.getByRole('textbox', { name: 'Target' }).fill('70000');
  await page.getByRole('button', { name: 'Start capture, privileged' }).click();
  await expect(page.getByRole('alert')).toContainText('70000');
  await page.getByText('Filter, trigger, saving').click();
  await page.getByRole('switch', { name: 'Keep whole packets' }).click();
  await expect(page.getByRole('button', { name: 'Start and keep payload, privileged' })).toBeVisible();
});

for (const theme of ['light', 'dark'] as const) {
  test(`captures and a report have no accessibility violation in ${theme}`, async ({ app: { page } }) => {
    await page.emulateMedia({ colorScheme: theme });
    const server = await webServer();
    await start(page, server.port);
    await request(server.port, '/');
    await expect(page.getByTestId('figure-connections')).toContainText('1 established');
    await stop(page);
    await server.close();
    await expect(ladder(page).or(page.getByText('No flow is chosen')).first()).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await open(page, 'captures');
    await expect(page.getByRole('row').filter({ hasText: String(server.port) })).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}
