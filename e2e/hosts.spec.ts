import { once } from 'node:events';
import { connect } from 'node:net';
import AxeBuilder from '@axe-core/playwright';
import { type Locator, type Page, test as plain } from '@playwright/test';
import { CAN_MAKE_NETWORKS, makeCable, printed, type TestCable } from '../test/support/network';
import { createSshLab, type SshLab } from '../test/support/ssh-lab';
import { collectErrors, open } from './support';
import { expect, test } from './test';

plain.skip(!CAN_MAKE_NETWORKS, 'A machine of its own for the SSH server needs root on Linux.');

/** Of the other machine's listener; nothing listens on it here. */
const SERVICE = 15_432;
const LISTEN = `require('node:net').createServer().listen(${SERVICE}, '0.0.0.0', () => console.log('listening'))`;

/** Another machine at the end of a cable: an SSH server, and a program that listens where nobody listens here. */
let cable: TestCable;
let sshd: SshLab;
let next = 2_200;
/** Traffic is there when it was measured for three seconds, on a connection of its own. */
const MEASURED = { timeout: 20_000 };

const startSshd = (port: number): Promise<SshLab> =>
  createSshLab({ options: { namespace: cable.namespace, address: cable.farAddress, port } });

test.beforeAll(async () => {
  cable = await makeCable();
  await printed(cable.start([process.execPath, '-e', LISTEN]), /listening/);
  sshd = await startSshd(next);
});
test.afterAll(async () => {
  await sshd.stop();
  await cable.remove();
});

/** By the form. What follows is the test of the host. */
async function add(
  page: Page,
  name: string,
  lab: Pick<SshLab, 'address' | 'port' | 'privateKeyFile'>,
  { key = lab.privateKeyFile, tags = '' } = {},
): Promise<void> {
  await open(page, 'hosts');
  await page.getByRole('button', { name: 'Add host' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add host' });
  await dialog.getByRole('textbox', { name: 'Name or IP address' }).fill(lab.address);
  await dialog.getByRole('textbox', { name: 'SSH port' }).fill(String(lab.port));
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await dialog.getByRole('textbox', { name: 'Tags' }).fill(tags);
  await dialog.getByRole('switch', { name: 'SSH agent' }).click();
  await dialog.getByRole('textbox', { name: /^Private key/ }).fill(key);
  await dialog.getByRole('button', { name: 'Save and test' }).click();
}

const testing = (page: Page, name: string): Locator => page.getByRole('dialog', { name: `Test ${name}` });
const steps = (page: Page, name: string): Locator =>
  testing(page, name).getByRole('list', { name: 'Steps' }).getByRole('listitem');

async function accept(page: Page, name: string, fingerprint: string): Promise<void> {
  const dialog = testing(page, name);
  await expect(dialog.getByTestId('fingerprint')).toHaveText(fingerprint);
  await dialog.getByRole('button', { name: 'The same: accept this key' }).click();
  await expect(dialog.getByText(`${name} can be measured.`).last()).toBeVisible();
}

async function addAndAccept(page: Page, name: string, tags = ''): Promise<void> {
  await add(page, name, sshd, { tags });
  const known = testing(page, name).getByText(`${name} can be measured.`).last();
  const unknown = testing(page, name).getByTestId('fingerprint');
  await expect(known.or(unknown).first()).toBeVisible();
  if (await unknown.isVisible()) await accept(page, name, sshd.fingerprint);
  await testing(page, name).getByRole('button', { name: 'Close' }).last().click();
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Host: / }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(name) }).click();
}

const gridRows = (page: Page): Locator => page.getByRole('grid').getByRole('rowgroup').getByRole('row');

test('a host is added, its key compared, and what it listens on is shown under the switcher', async ({ app: { page } }) => {
  const errors = collectErrors(page);
  await add(page, 'far-1', sshd);
  // Nobody logs in before the key is accepted.
  await expect(steps(page, 'far-1')).toHaveCount(3);
  await expect(steps(page, 'far-1').last().getByRole('img')).toHaveAccessibleName('Failed');
  expect(sshd.log()).not.toContain('Accepted publickey');
  await accept(page, 'far-1', sshd.fingerprint);
  await expect(steps(page, 'far-1')).toHaveCount(6);
  for (const step of await steps(page, 'far-1').all()) await expect(step.getByRole('img')).toHaveAccessibleName('Good');
  await testing(page, 'far-1').getByRole('link', { name: 'Show connections' }).click();

  await expect(page.getByRole('button', { name: 'Host: far-1. Choose which machine the pages show' })).toBeVisible();
  const service = gridRows(page).filter({ hasText: `:${SERVICE}` });
  await expect(service).toContainText('node');
  await expect(service).toContainText('LISTEN');
  // Nothing of this machine among it: the server of the page listens here, and not there.
  await expect(gridRows(page).filter({ hasText: new URL(page.url()).port || '7663' })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Where this comes from: far-1' })).toContainText(
    /rights: root.*by ss.*round trip .*as of/,
  );

  await page.getByRole('link', { name: 'Ports' }).click();
  await expect(page).toHaveURL(/#\/ports\?host=far-1/);
  await expect(gridRows(page).filter({ hasText: String(SERVICE) })).toContainText('node');
  await page.getByRole('textbox', { name: 'Who holds port' }).fill(String(SERVICE));
  await expect(page.getByRole('heading', { name: `node holds ${SERVICE}/TCP` })).toBeVisible();

  await page.getByRole('link', { name: 'Traffic' }).click();
  await page.getByRole('radio', { name: 'far0' }).click();
  await expect(page.getByTestId('verdict')).toContainText(/far0: .* in and .* out, over 3 s/, MEASURED);

  await choose(page, 'this machine');
  await expect(page).toHaveURL(/#\/traffic$/);
  await open(page, `ports?find=${SERVICE}`);
  await expect(page.getByText(`No row matches ${SERVICE}`)).toBeVisible();
  expect(errors).toEqual([]);
});

test('a page that can show this machine only says so, and back in the browser is back at the host', async ({ app: { page } }) => {
  await addAndAccept(page, 'far-2');
  await open(page, 'connections?host=far-2');
  await expect(gridRows(page).filter({ hasText: `:${SERVICE}` })).toBeVisible();
  await page.getByRole('link', { name: 'Overview' }).click();
  const only = page.getByRole('region', { name: 'Which machine this is' });
  await expect(only).toContainText('This page shows this machine only');
  await expect(only).toContainText('Nothing here is of far-2');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connections');
  await expect(gridRows(page).filter({ hasText: `:${SERVICE}` })).toBeVisible();
  await page.reload();
  await expect(gridRows(page).filter({ hasText: `:${SERVICE}` })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Show this machine' }).click();
  await expect(only).toHaveCount(0);
  await expect(page).toHaveURL(/#\/events$/);
});

test('a key that has changed is explained and can be accepted nowhere', async ({ app: { page } }) => {
  const lab = await startSshd(++next);
  try {
    await add(page, 'changed', lab);
    await accept(page, 'changed', lab.fingerprint);
    await lab.changeHostKeys();
    await testing(page, 'changed').getByRole('button', { name: 'Test again' }).click();
    const card = testing(page, 'changed').getByRole('region', { name: 'Key of changed' });
    await expect(card).toContainText('The key of changed has changed');
    await expect(card.getByTestId('fingerprint')).toHaveText(lab.fingerprint);
    await expect(testing(page, 'changed').getByRole('button', { name: /accept/ })).toHaveCount(0);
  } finally {
    await lab.stop();
  }
});

test('a host that does not let us in says at which step, and is not tried again and again', async ({ app: { page } }) => {
  const lab = await startSshd(++next);
  try {
    // A key it does not know: the host key of its own, which is a private key as good as any.
    await add(page, 'locked', lab, { key: `${lab.folder}/host_ed25519_key` });
    const dialog = testing(page, 'locked');
    await dialog.getByRole('button', { name: 'The same: accept this key' }).click();
    await expect(steps(page, 'locked')).toHaveCount(4);
    await expect(steps(page, 'locked').last()).toContainText('did not let root in');
    await expect(steps(page, 'locked').last().getByRole('img')).toHaveAccessibleName('Failed');
    await open(page, 'connections?host=locked');
    await expect(page.getByRole('alert')).toContainText('did not let root in');
    await expect(page.getByRole('alert')).toContainText('auth_failed');
    await expect(page.getByRole('grid')).toHaveCount(0);
  } finally {
    await lab.stop();
  }
});

test('the ports of all hosts stand side by side, by tag, and a host that is gone hides none', async ({ app: { page } }) => {
  await addAndAccept(page, 'fleet-1', 'fleet web');
  await add(page, 'fleet-2', { ...sshd, port: ++next }, { tags: 'fleet' }); // where nobody listens
  await expect(steps(page, 'fleet-2').last()).toContainText('connection refused');
  await open(page, 'hosts?view=ports&tag=fleet');
  const table = page.getByRole('region', { name: 'Listening TCP ports of every host' }).getByRole('table');
  await expect(table.getByRole('columnheader', { name: String(SERVICE) })).toBeVisible();
  await expect(
    table.getByRole('row', { name: /^fleet-1/ }).getByRole('link', { name: `fleet-1 ${SERVICE}: node` }),
  ).toBeVisible();
  await expect(table.getByRole('row', { name: /^fleet-2/ })).toContainText('cannot be reached by SSH');
  // The header, and the two hosts of the tag: this machine has none.
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Tag' }).selectOption('web');
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Find a port or program' }).fill(String(SERVICE));
  await expect(table.getByRole('columnheader')).toHaveCount(2);
});

test('a capture runs on the chosen host, and the list and its report name it', async ({ app: { page } }) => {
  await addAndAccept(page, 'far-3');
  await open(page, 'captures?host=far-3');
  await expect(page.getByRole('heading', { name: 'New capture on far-3' })).toBeVisible();
  await page.getByRole('radio', { name: 'Port', exact: true }).click();
  await page.getByRole('textbox', { name: 'Target' }).fill(String(SERVICE));
  // The interfaces of that host, not of this machine.
  await page.getByRole('combobox', { name: 'Interface' }).selectOption('far0');
  await page.getByRole('button', { name: 'Start capture, privileged' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`far-3: ${SERVICE}, far0`);
  await expect(page.getByRole('button', { name: 'Stop the capture' })).toBeVisible();
  const socket = connect(SERVICE, cable.farAddress);
  await once(socket, 'connect');
  await expect(page.getByTestId('figure-connections')).toContainText('1 established', MEASURED);
  socket.destroy();
  await page.getByRole('button', { name: 'Stop the capture' }).click();
  await expect(page.getByRole('link', { name: 'Capture again' })).toHaveAttribute('href', /host=far-3/);
  await open(page, 'captures');
  await expect(page.getByRole('row').filter({ hasText: 'far-3' })).toContainText(String(SERVICE));
});

test('hosts are imported from the text of an SSH configuration, edited and removed', async ({ app: { page } }) => {
  await open(page, 'hosts');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Import hosts' });
  await dialog
    .getByRole('textbox', { name: 'Or paste its text' })
    .fill(
      'Host imported-1\n  HostName 192.0.2.71\n  Port 2022\n  User deploy\nHost imported-2\n  HostName 192.0.2.72\n  ProxyJump imported-1\n',
    );
  await expect(dialog.getByRole('radio', { name: 'ssh config' })).toBeChecked();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog).toContainText('2 hosts were added.');
  await dialog.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row', { name: /imported-1/ });
  await expect(row).toContainText('deploy@192.0.2.71:2022');
  await expect(row).toContainText('not connected');

  await row.getByRole('button', { name: 'More about imported-1' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit imported-1' });
  await expect(edit.getByRole('textbox', { name: 'User' })).toHaveValue('deploy');
  await edit.getByRole('textbox', { name: 'Tags' }).fill('staging');
  await edit.getByLabel('Password', { exact: true }).fill('a canary of the test');
  await edit.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(row).toContainText('staging');
  expect(await page.content()).not.toContain('a canary of the test');

  // Others are reached through it: it stays, and says why.
  await row.getByRole('button', { name: 'More about imported-1' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const sure = page.getByRole('dialog', { name: 'Remove imported-1?' });
  await sure.getByRole('button', { name: 'Remove' }).click();
  await expect(sure.getByRole('alert')).toContainText('imported-2');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More about imported-2' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('row', { name: /imported-2/ })).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  test(`hosts, their dialogs and the remote pages have no accessibility violation in ${theme}`, async ({ app: { page } }) => {
    test.setTimeout(120_000); // nine looks by axe, each a second or more
    await page.emulateMedia({ colorScheme: theme });
    const check = async (): Promise<void> => expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const lab = await startSshd(++next);
    try {
      await add(page, `axe-${theme}`, lab);
      await expect(testing(page, `axe-${theme}`).getByTestId('fingerprint')).toBeVisible();
      await check();
      await accept(page, `axe-${theme}`, lab.fingerprint);
      await check();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await check();
      await page.getByRole('button', { name: 'Add host' }).click();
      await check();
      await page.keyboard.press('Escape');
      await open(page, 'hosts?view=ports');
      await expect(page.getByRole('link', { name: `axe-${theme} ${SERVICE}: node` })).toBeVisible();
      await check();
      for (const [name, ready] of [
        ['connections', gridRows(page).first()],
        ['ports', gridRows(page).first()],
        ['traffic', page.getByRole('figure')],
      ] as const) {
        await open(page, `${name}?host=axe-${theme}`);
        await expect(ready).toBeVisible(MEASURED);
        await check();
      }
      await open(page, `events?host=axe-${theme}`);
      await check();
    } finally {
      await lab.stop();
    }
  });
}
