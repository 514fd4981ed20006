import AxeBuilder from '@axe-core/playwright';
import { collectErrors, heldConnections, open, parseRate, receivedBytes, udpTraffic } from './support';
import { expect, test } from './test';

const PAGES = ['overview', 'traffic', 'connections', 'ports', 'settings'] as const;

test('the overview shows every interface of the kernel with its state', async ({ app: { page } }) => {
  await open(page, 'overview');
  await expect(page.getByRole('row', { name: /^lo\b.*up/ })).toBeVisible();
  await expect(page.getByText('What can be seen')).toBeVisible();
});

test('the chart of an interface shows the rate that the kernel counted', async ({ app: { page } }) => {
  const traffic = await udpTraffic(8);
  try {
    await open(page, `traffic?iface=${traffic.iface}`);
    await expect(page.getByRole('figure').first()).toHaveAccessibleName(/bit\/s in/);
    const before = receivedBytes(traffic.iface);
    const started = performance.now();
    const shown = page.getByRole('figure').first();
    const rates: number[] = [];
    // Nine different samples on the screen, against the same seconds of the kernel's counter.
    await expect
      .poll(
        async () => {
          const rate = parseRate((await shown.getAttribute('aria-label')) ?? '');
          if (rate !== rates.at(-1)) rates.push(rate);
          return rates.length;
        },
        { intervals: [250], timeout: 30_000 },
      )
      .toBeGreaterThan(9);
    const kernel = ((receivedBytes(traffic.iface) - before) * 8_000) / (performance.now() - started);
    const mean = rates.slice(1).reduce((sum, rate) => sum + rate, 0) / (rates.length - 1);
    expect(kernel).toBeGreaterThan(8e6);
    expect(Math.abs(mean / kernel - 1)).toBeLessThan(0.05);
  } finally {
    await traffic.stop();
  }
});

test('23 connections are 47 rows: both ends of each, and the listener', async ({ app: { page } }) => {
  const held = await heldConnections(23);
  try {
    await open(page, `connections?filter=port:${held.port}`);
    await expect(page.getByText(/^47 of /)).toBeVisible();
    await expect(
      page
        .getByRole('grid')
        .getByRole('row')
        .filter({ hasText: `127.0.0.1:${held.port}` })
        .first(),
    ).toContainText('node');
    // One state at a time: the grid holds the rows in view only, and their order changes with their rates.
    await open(page, `connections?filter=lport:${held.port}%20state:established`);
    await expect(page.getByText(/^23 of /)).toBeVisible();
    await open(page, `connections?filter=port:${held.port}%20state:listen`);
    await expect(page.getByText(/^1 of /)).toBeVisible();
    await expect(page.getByRole('grid').getByRole('row').filter({ hasText: 'LISTEN' })).toHaveCount(1);
  } finally {
    await held.close();
  }
});

test('a filter that cannot be read says where', async ({ app: { page } }) => {
  await open(page, 'connections');
  await page.keyboard.press('/');
  await page.keyboard.type('host:10.0.0.0/99');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: /filter/i })).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Escape');
});

test('a process name that is nearly right is offered', async ({ app: { page } }) => {
  const held = await heldConnections(1);
  try {
    await open(page, `connections?filter=process:nodee%20port:${held.port}`);
    await page.getByRole('button', { name: 'Use node' }).click();
    await expect(
      page
        .getByRole('grid')
        .getByRole('row')
        .filter({ hasText: `127.0.0.1:${held.port}` })
        .first(),
    ).toBeVisible();
  } finally {
    await held.close();
  }
});

test('who holds a port is answered while it is typed, also when it becomes free', async ({ app: { page } }) => {
  const held = await heldConnections(1);
  await open(page, 'ports');
  await page.getByRole('textbox', { name: 'Who holds port' }).fill(String(held.port));
  await expect(page.getByRole('heading', { name: `holds ${held.port}/TCP` })).toBeVisible();
  await expect(page.locator('.holder')).toContainText(`pid ${process.pid}`);
  await held.close();
  await expect(page.getByRole('heading', { name: `${held.port}/TCP is free` })).toBeVisible({ timeout: 15_000 });
});

test('the state of a page is in its address: back, forward and reload keep it', async ({ app: { page } }) => {
  await open(page, 'ports?port=4711');
  await open(page, 'connections?filter=state:listen');
  await page.goBack();
  await expect(page.getByRole('textbox', { name: 'Who holds port' })).toHaveValue('4711');
  await page.goForward();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connections');
  await expect(page.getByRole('grid').getByRole('row').filter({ hasText: 'LISTEN' }).first()).toBeVisible();
});

test('the keyboard reaches pages, palette and the list of shortcuts', async ({ app: { page } }) => {
  await open(page, 'overview');
  for (const [letter, title] of [
    ['t', 'Traffic'],
    ['c', 'Connections'],
    ['p', 'Ports'],
    ['s', 'Settings'],
    ['o', 'Overview'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  }
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await page.keyboard.type('ports');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ports');
});

test('language and theme change at once and are kept', async ({ app: { page } }) => {
  await open(page, 'settings?section=general');
  await page.getByRole('radio', { name: '中文' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
  await page.getByRole('radio', { name: '深色' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('radio', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
});

test('a token is made with its scopes, shown once, and revoked', async ({ app: { page, url } }) => {
  await open(page, 'settings?section=agents');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('cron, backup');
  await dialog.getByRole('button', { name: 'Make token' }).click();
  const secret = (await dialog.getByRole('code').or(dialog.locator('code')).first().textContent()) ?? '';
  const call = (token: string) => fetch(`${url}/api/mcp/tools`, { headers: { authorization: `Bearer ${token}` } });
  expect((await call(secret)).status).toBe(200);
  await page.keyboard.press('Escape');
  const row = page.getByRole('row').filter({ hasText: 'cron, backup' });
  await expect(row).toContainText('read');
  await expect(page.getByText(secret)).toHaveCount(0);
  await row.getByRole('button', { name: /revoke/i }).click();
  await page
    .getByRole('button', { name: /revoke/i })
    .last()
    .click();
  await expect(row).toHaveCount(0);
  expect((await call(secret)).status).toBe(401);
});

test('the MCP connection is tested from the page', async ({ app: { page } }) => {
  await open(page, 'settings?section=agents');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText(/Answered in .*: \d+ tools, revision 20\d\d-/)).toBeVisible();
});

for (const name of PAGES) {
  test(`axe finds nothing on ${name}, in either theme, and nothing is wider than 900 pixels`, async ({ app: { page } }) => {
    const errors = collectErrors(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open(page, name);
      await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
    }
    await page.setViewportSize({ width: 900, height: 700 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(errors).toEqual([]);
  });
}

test('loading the page breaks none of the rules of its own policy', async ({ app: { page } }) => {
  await page.addInitScript(() => {
    const broken: string[] = [];
    Object.assign(globalThis, { brokenRules: broken });
    addEventListener('securitypolicyviolation', event => {
      broken.push(`${event.violatedDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  await page.reload();
  for (const name of PAGES) await open(page, name);
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'brokenRules') as unknown)).toEqual([]);
});

test('nothing moves by itself: no layout shift while samples come in', async ({ app: { page } }) => {
  // Not the overview: an interface that comes or goes moves its rows, and should.
  await open(page, 'traffic?iface=lo');
  await expect(page.getByRole('figure').first()).toHaveAccessibleName(/bit\/s in/);
  const shifted = await page.evaluate(
    () =>
      new Promise<number>(resolve => {
        let total = 0;
        let seen = 0;
        const observer = new PerformanceObserver(list => {
          for (const entry of list.getEntries()) total += 'value' in entry ? Number(entry.value) : 0;
        });
        observer.observe({ type: 'layout-shift' });
        // Five updates of the page, whenever they come.
        const updates = new MutationObserver(() => {
          seen += 1;
          if (seen < 5) return;
          updates.disconnect();
          observer.disconnect();
          resolve(total);
        });
        updates.observe(document.body, { subtree: true, characterData: true, childList: true });
      }),
  );
  expect(shifted).toBeLessThan(0.01);
});
