import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { refusedPcap } from './capture-files';
import { launchDesktop } from './launchers/desktop';
import { open } from './support';
import { test } from './test';

/** What the user does outside the page; the double carries it out. */
type Deed =
  | { kind: 'choose'; file: string | null }
  | { kind: 'menu'; label: string }
  | { kind: 'start again'; argv: string[]; folder: string }
  | { kind: 'open file'; file: string };

const user = (page: Page, deed: Deed): Promise<void> =>
  page.evaluate(
    // The double puts it there (e2e/double/electron.mjs).
    done => (window as unknown as { __user: (deed: unknown) => Promise<void> }).__user(done),
    deed,
  );

const reportOf = async (page: Page, name: string): Promise<void> => {
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
  await expect(page.getByTestId('figure-packets')).toContainText('2');
};

interface Folder {
  file: (name: string) => string;
  remove: () => void;
}

/** Captures of one refused connect, each under a name of its own. */
function folderOf(...names: string[]): Folder {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-open-'));
  for (const name of names) writeFileSync(path.join(folder, name), refusedPcap());
  return { file: name => path.join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

test('the desktop app opens files by its dialog, its menu, a second start and the file manager', {
  tag: '@desktop',
}, async ({ app: { page } }) => {
  const folder = folderOf('dialog.pcap', 'menu.pcap', 'again.pcap', 'manager.pcap');
  try {
    await open(page, 'captures');
    await user(page, { kind: 'choose', file: null });
    await page.getByRole('button', { name: 'Open a file' }).click();
    await user(page, { kind: 'choose', file: folder.file('dialog.pcap') });
    await page.getByRole('button', { name: 'Open a file' }).click();
    await reportOf(page, 'dialog.pcap');

    await open(page, 'overview');
    await user(page, { kind: 'choose', file: folder.file('menu.pcap') });
    await user(page, { kind: 'menu', label: 'Open capture…' });
    await reportOf(page, 'menu.pcap');

    await user(page, { kind: 'start again', argv: ['electron', '.', '--no-sandbox', 'again.pcap'], folder: folder.file('') });
    await reportOf(page, 'again.pcap');

    await user(page, { kind: 'open file', file: folder.file('manager.pcap') });
    await reportOf(page, 'manager.pcap');

    await user(page, { kind: 'open file', file: folder.file('absent.pcap') });
    await expect(page.getByRole('alert')).toContainText('absent.pcap');
    // The page has been told no path.
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(folder.file('dialog.pcap'));
  } finally {
    folder.remove();
  }
});

test('a file of the command line is there when the window is', { tag: '@desktop' }, async () => {
  const folder = folderOf('started.pcap');
  const app = await launchDesktop({}, [folder.file('started.pcap')]);
  try {
    await reportOf(app.page, 'started.pcap');
  } finally {
    await app.close();
    folder.remove();
  }
});

test('the desktop app saves a report as PDF where its dialog says', { tag: '@desktop' }, async ({ app: { page } }) => {
  const folder = folderOf('printed.pcap');
  try {
    await open(page, 'captures');
    await user(page, { kind: 'choose', file: folder.file('printed.pcap') });
    await page.getByRole('button', { name: 'Open a file' }).click();
    await reportOf(page, 'printed.pcap');
    const pdf = folder.file('report.pdf');
    await user(page, { kind: 'choose', file: pdf });
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'PDF' }).click();
    await expect.poll(() => pdfAt(pdf)).toMatch(/^%PDF-1\./);
  } finally {
    folder.remove();
  }
});

function pdfAt(file: string): string {
  try {
    const content = readFileSync(file, 'latin1');
    return content.trimEnd().endsWith('%%EOF') ? content : '';
  } catch {
    return ''; // not yet
  }
}
