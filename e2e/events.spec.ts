import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Locator, type Page, test as plain } from '@playwright/test';
import { CAN_MAKE_NETWORKS, makeCable, type TestCable, WHY_SKIPPED } from '../test/support/network';
import { makeWorkload, type Workload } from '../test/support/workload';
import { heldConnections, open } from './support';
import { expect, test } from './test';

/** Nobody listens there. */
const CLOSED = 4_711;

plain.skip(!CAN_MAKE_NETWORKS, WHY_SKIPPED);

let cable: TestCable;
let workload: Workload;
test.beforeAll(async () => {
  [cable, workload] = [await makeCable(), await makeWorkload()];
});
test.afterAll(async () => {
  await cable.remove();
  workload.remove();
});

/** Datagrams from here to the other end of the cable. */
async function sendDatagrams(count: number, port: number): Promise<void> {
  const socket = createSocket('udp4');
  for (let at = 0; at < count; at++)
    await new Promise<void>((resolve, reject) =>
      socket.send('x'.repeat(100), port, cable.farAddress, error => (error ? reject(error) : resolve())),
    );
  socket.close();
  await once(socket, 'close');
}

const rowsWith = (page: Page, text: string): Locator => page.getByRole('grid').getByRole('row').filter({ hasText: text });

test('7 refused connects are 7 rows with their errno, process and latency, and their explanation', async ({ app: { page } }) => {
  const program = 'refused7';
  await open(page, `events?filter=process:${program}%20kind:connect_failed`);
  const child = cable.start([workload.named(program), 'connect', cable.farAddress, String(CLOSED), '7']);
  await once(child, 'close');
  await expect(page.getByText(/^7 of /)).toBeVisible();
  await expect(rowsWith(page, 'ECONNREFUSED')).toHaveCount(7);
  await expect(rowsWith(page, `${program} ${child.pid}`)).toHaveCount(7);
  await expect(rowsWith(page, `${cable.farAddress}:${CLOSED}`).first()).toContainText(/\d ms/);
  await rowsWith(page, 'ECONNREFUSED').first().getByText('Connect failed').click();
  const details = page.getByRole('complementary', { name: /Connect failed/ });
  await expect(details).toContainText('nothing listens on that port');
  await details.getByRole('link', { name: `Process ${child.pid}` }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Process ${child.pid}`);
  await expect(page.getByTestId('verdict')).toContainText('7 failed connects');
});

test('3 datagrams to a closed port are 3 drops with the reason of the kernel', async ({ app: { page } }) => {
  await open(page, `events?filter=kind:drop%20port:${CLOSED + 1}`);
  await sendDatagrams(3, CLOSED + 1);
  await expect(page.getByText(/^3 of /)).toBeVisible();
  await expect(rowsWith(page, 'NO_SOCKET')).toHaveCount(3);
  await expect(rowsWith(page, `→ ${cable.farAddress}:${CLOSED + 1}`)).toHaveCount(3);
  await open(page, 'drops?window=1&reason=NO_SOCKET');
  await expect(page.getByRole('button', { name: /NO_SOCKET/, expanded: true })).toBeVisible();
  await expect(page.getByText('See whether the program that should listen there runs')).toBeVisible();
  await expect(rowsWith(page, `→ ${cable.farAddress}:${CLOSED + 1}`)).toHaveCount(3);
});

test('a paused list stays, and says how much came meanwhile', async ({ app: { page } }) => {
  await open(page, `events?filter=kind:drop%20port:${CLOSED + 2}`);
  await sendDatagrams(2, CLOSED + 2);
  await expect(rowsWith(page, 'NO_SOCKET')).toHaveCount(2);
  await page.getByRole('button', { name: 'Pause' }).click();
  await sendDatagrams(5, CLOSED + 2);
  await expect(page.getByRole('button', { name: 'paused, 5 came meanwhile' })).toBeVisible();
  await expect(rowsWith(page, 'NO_SOCKET')).toHaveCount(2);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(rowsWith(page, 'NO_SOCKET')).toHaveCount(7);
});

test('a kind that is switched off is neither listed nor drawn, and the address says so', async ({ app: { page } }) => {
  await open(page, `events?filter=port:${CLOSED + 3}`);
  await sendDatagrams(1, CLOSED + 3);
  await expect(rowsWith(page, 'Dropped')).toHaveCount(1);
  await expect(rowsWith(page, 'UDP flow').first()).toBeVisible();
  await page.getByRole('button', { name: /^UDP flow/ }).click();
  await expect(rowsWith(page, 'UDP flow')).toHaveCount(0);
  await expect(rowsWith(page, 'Dropped')).toHaveCount(1);
  expect(page.url()).toContain('hide=udp_flow');
});

test('a page of its own shows the sockets of a process', async ({ app: { page } }) => {
  const held = await heldConnections(5);
  try {
    await page.evaluate(hash => {
      location.hash = hash;
    }, `#/process/${process.pid}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Process ${process.pid}`);
    // Both ends of each, and the listener.
    await expect(
      page
        .getByRole('grid', { name: 'Sockets' })
        .getByRole('row')
        .filter({ hasText: `127.0.0.1:${held.port}` }),
    ).toHaveCount(11);
    await expect(page.getByText('Nothing unusual').or(page.getByText(/^Rule: /).first())).toBeVisible();
  } finally {
    await held.close();
  }
});

test('sockets of another network namespace are apart until they are asked for', async ({ app: { page } }) => {
  const server = cable.start([workload.named('elsewhere'), 'tcp-serve', '4720']);
  await open(page, 'connections?filter=lport:4720');
  await expect(page.getByTestId('verdict')).toContainText(/more (is|are) in (another|other) network namespace/);
  await expect(rowsWith(page, 'elsewhere')).toHaveCount(0);
  await page.getByRole('switch', { name: 'Other namespaces' }).click();
  await expect(rowsWith(page, 'elsewhere')).toHaveCount(1);
  await expect(rowsWith(page, 'elsewhere').getByRole('img', { name: /another network namespace/ })).toBeVisible();
  server.kill('SIGKILL');
  await once(server, 'close');
});

test('an exact count has at least every packet that was sent while it ran', async ({ app: { page } }) => {
  await open(page, `traffic?iface=${cable.iface}`);
  await sendDatagrams(1, CLOSED); // the neighbour is known from now on
  await page.getByRole('button', { name: 'Count exactly' }).click();
  const dialog = page.getByRole('dialog', { name: 'Count packets exactly' });
  await dialog.getByRole('combobox').selectOption(cable.iface);
  await dialog.getByRole('radio', { name: '2 s' }).click();
  await dialog.getByRole('button', { name: /^Count/ }).click();
  await expect.poll(async () => Number(await dialog.locator('progress').getAttribute('value'))).toBeGreaterThan(0);
  await sendDatagrams(150, CLOSED);
  const sent = Number(await dialog.getByTestId('packets-outgoing').innerText());
  // Besides them at most what the two kernels say to each other: ARP and neighbour discovery.
  expect(sent).toBeGreaterThanOrEqual(150);
  expect(sent).toBeLessThan(170);
  await expect(dialog.getByTestId('exact-count')).toContainText(/every packet/);
  await page.keyboard.press('Escape');
});

test('the settings say by which right the helper is there, and the command that installs it', async ({ app: { page } }) => {
  await open(page, 'settings?section=privileges');
  await expect(page.getByTestId('helper-state')).toHaveText('The helper is ready.');
  await expect(page.getByText('sudo netsonde helper install', { exact: true })).toBeVisible();
  await expect(page.getByText(/^\d+ of \d+ loaded$/)).toBeVisible();
});

test('a helper that goes away is a gap in the list, with its length when it is back', async ({ app: { page } }) => {
  await open(page, 'settings?section=privileges');
  const pid = Number(await page.getByTestId('helper-pid').innerText());
  await open(page, `events?filter=port:${CLOSED + 4}`);
  await sendDatagrams(1, CLOSED + 4);
  await expect(rowsWith(page, 'Dropped')).toHaveCount(1);
  process.kill(pid, 'SIGKILL');
  await expect(page.getByRole('grid').getByText(/not seen for [\d.]+ s/)).toBeVisible({ timeout: 30_000 });
  await sendDatagrams(1, CLOSED + 4);
  await expect(rowsWith(page, 'Dropped')).toHaveCount(2);
});
