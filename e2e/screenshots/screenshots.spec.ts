import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, expect, type Page, test } from '@playwright/test';
import { INSTALLED_HELPER } from '../../src-main/helper/find-helper';
import { makeNetwork, printed, type TestNetwork } from '../../test/support/network';
import { createSshLab, type SshLab } from '../../test/support/ssh-lab';
import { CHROMIUM, CHROMIUM_ARGS, ROOT } from '../launchers/process';

const OUT = path.join(ROOT, 'docs/screenshots');
/** How long the traffic runs before the first picture, so that the charts show something. */
const WARM_UP_SAMPLES = 75;
/** More than is read until the last picture. */
const EXPORT_BYTES = 100_000_000;
/** Ended before the pictures are taken. */
const CAPTURE_S = 45;
/** Chromium asks this machine's resolver for names nobody typed: its address would be in the pictures. */
const NO_NAMES = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const PEERS = ['203.0.113.18', '198.51.100.24', '203.0.113.77'];

type PageLanguage = 'en-US' | 'zh-CN';

/** What a page may be about. */
interface Scene {
  /** Of the program with troubles. */
  pid: number;
  /** The report of an ended capture, and of one beside it. */
  session: string;
  other: string;
}

const PAGES: readonly { name: string; hash: string | ((scene: Scene) => string); prepare?: (page: Page) => Promise<void> }[] = [
  { name: 'overview', hash: '#/overview' },
  { name: 'traffic', hash: '#/traffic' },
  {
    name: 'connections',
    hash: '#/connections',
    prepare: async page => {
      // A row that carries something, so that the order is by rate when the pointer stops it.
      await page.getByRole('grid').getByRole('row').filter({ hasText: 'Mbit/s' }).first().click();
    },
  },
  { name: 'ports', hash: '#/ports?port=80' },
  {
    name: 'events',
    hash: '#/events?window=1&hide=unix_connect',
    prepare: async page => {
      await page.getByRole('grid').getByRole('row').filter({ hasText: 'NETFILTER_DROP' }).first().click();
    },
  },
  { name: 'drops', hash: '#/drops?window=1&reason=NETFILTER_DROP' },
  { name: 'process', hash: ({ pid }) => `#/process/${pid}` },
  { name: 'captures', hash: '#/captures' },
  { name: 'report', hash: ({ session }) => `#/report?session=${session}` },
  { name: 'compare', hash: ({ session, other }) => `#/report?session=${session}&with=${other}` },
  {
    name: 'fleet',
    hash: '#/hosts?view=ports',
    // All have answered, so that the list after it knows them.
    prepare: page => page.getByRole('row').filter({ hasText: 'backup-1' }).getByRole('link').waitFor(),
  },
  { name: 'hosts', hash: '#/hosts' },
  {
    name: 'host-connections',
    hash: '#/connections?host=web-1',
    prepare: page => page.getByRole('grid').getByRole('row').filter({ hasText: 'sshd' }).first().waitFor(),
  },
  { name: 'privileges', hash: '#/settings?section=privileges' },
  { name: 'settings', hash: '#/settings?section=agents' },
];
/** `NETSONDE_PICTURES=hosts,fleet`: only these, when little has changed. */
const WANTED = process.env.NETSONDE_PICTURES?.split(',');
const SHOWN = PAGES.filter(({ name }) => WANTED?.includes(name) ?? true);
const OF_CAPTURES: ReadonlySet<string> = new Set(['captures', 'report', 'compare']);
const CAPTURES_SHOWN = SHOWN.some(({ name }) => OF_CAPTURES.has(name));

/**
 * A program with troubles of its own: a service that answers, an export that it reads too slowly, a service that is not there,
 * one behind a firewall that drops, and names and statistics that nobody takes.
 */
const TROUBLED = `
process.title = 'checkout-api';
const http = require('node:http'), net = require('node:net'), dgram = require('node:dgram'), statistics = dgram.createSocket('udp4');
const [service, cache, gateway] = process.argv.slice(1);
const refuse = (host, port) => net.connect({ host, port, timeout: 2000 }).on('error', () => {}).on('timeout', function () { this.destroy(); });
setInterval(() => http.get({ host: service, port: 8080, agent: false }, answer => answer.resume()).on('error', () => {}), 300);
setInterval(() => refuse(cache, 6379), 1100);
setInterval(() => refuse(gateway, 8443), 1700);
setInterval(() => {
  const question = dgram.createSocket('udp4');
  question.send('a name', 53, cache, () => question.close());
}, 1900);
const readExport = () => http.get({ host: service, port: 8080, path: '/export.bin', agent: false }, answer => answer.on('data', () => {
  answer.pause();
  setTimeout(() => answer.resume(), 400);
})).on('error', () => setTimeout(readExport, 500));
readExport();
setInterval(() => statistics.send('requests:1|c', 8125, cache), 2300);
`;

/** A machine with real programs that talk: downloads, an upload, a web server with visitors, UDP over IPv6. @returns the pid of the one with troubles */
async function makeTraffic(network: TestNetwork, folder: string): Promise<number> {
  const { here, there } = network;
  for (const peer of PEERS) await network.run(there, ['ip', 'address', 'add', `${peer}/32`, 'dev', 'lo']);
  for (const port of ['5201', '5202', '5203', '873'])
    await printed(network.start(there, ['iperf3', '-s', '-p', port, '--forceflush']), /listening on/);
  const site = path.join(folder, 'site');
  await network.run(here, ['mkdir', '-p', site]);
  writeFileSync(path.join(site, 'index.html'), 'x'.repeat(400_000));
  writeFileSync(path.join(site, 'export.bin'), Buffer.alloc(EXPORT_BYTES));
  network.start(here, ['env', '-C', site, 'busybox', 'httpd', '-f', '-p', '80']);
  network.start(here, ['iperf3', '-s', '-p', '9100', '-B', '192.0.2.1']);
  network.start(here, ['iperf3', '-s', '-p', '5432', '-B', '127.0.0.1']);
  network.start(here, ['iperf3', '-c', PEERS[0] ?? '', '-p', '5201', '-R', '-b', '7M', '-t', '900']);
  network.start(here, ['iperf3', '-c', PEERS[1] ?? '', '-p', '873', '-b', '1500K', '-t', '900']);
  network.start(here, ['iperf3', '-u', '-6', '-c', '2001:db8:77::2', '-p', '5203', '-b', '600K', '-t', '900']);
  // Visitors that come and go: bursts in the chart, TIME_WAIT in the table.
  network.start(there, [
    'sh',
    '-c',
    'while :; do curl -s --limit-rate 300k -o /dev/null http://192.0.2.1/; sleep 2; curl -s -o /dev/null http://192.0.2.1/; done',
  ]);
  for (const rule of [
    ['add', 'table', 'inet', 'gateway'],
    ['add', 'chain', 'inet', 'gateway', 'input', '{ type filter hook input priority 0 ; }'],
    ['add', 'rule', 'inet', 'gateway', 'input', 'tcp', 'dport', '8443', 'drop'],
  ])
    await network.run(there, ['nft', ...rule]);
  network.start(there, ['env', '-C', site, 'busybox', 'httpd', '-f', '-p', '8080']);
  const troubled = network.start(here, [process.execPath, '-e', TROUBLED, ...PEERS]);
  if (troubled.pid === undefined) throw new Error('The program with troubles did not start.');
  return troubled.pid; // ip netns exec becomes the program
}

/**
 * The server sees the lab as a machine of its own: its helper where an installed one is, control groups (`ip netns exec` hides
 * them), and nothing of who runs this. All in the mount namespace that `ip netns exec` makes: the machine keeps no trace.
 */
const LAB = `
set -e
layers=$1 helper=$2 runner=$3
shift 3
mount -t tmpfs lab "$layers"
mkdir "$layers/upper" "$layers/work" "$layers/none"
mount -t overlay -o "lowerdir=/usr/lib,upperdir=$layers/upper,workdir=$layers/work" lab /usr/lib
install -D "$helper" ${INSTALLED_HELPER}
mount -t cgroup2 lab /sys/fs/cgroup
mount --bind "$layers/none" "/proc/$runner"
exec "$@"
`;

/** An account that is not root, for the degree of what it sees. */
const PLAIN_USER = 'observer';

/** Three hosts beyond the cable: one by root, one by a plain account, one where nobody answers. @param netsonde runs the CLI of the server */
async function addHosts(sshd: SshLab, netsonde: (...args: string[]) => Promise<string>): Promise<void> {
  const [web = '', db = '', backup = ''] = PEERS;
  const common = ['--key', sshd.privateKeyFile, '--no-agent'];
  await netsonde('hosts', 'add', 'web-1', '--address', web, '--tag', 'web', '--tag', 'eu', ...common);
  await netsonde('hosts', 'add', 'db-1', '--address', db, '--user', PLAIN_USER, '--tag', 'db', '--tag', 'eu', ...common);
  await netsonde('hosts', 'add', 'backup-1', '--address', backup, '--port', '2022', '--tag', 'backup', ...common);
  for (const name of ['web-1', 'db-1']) await netsonde('hosts', 'trust', name, '--yes', '--fingerprint', sshd.fingerprint);
}

/** Starts a capture of a host by the form. @returns its session */
async function capture(page: Page, host: string, seconds: number): Promise<string> {
  await page.goto(`${new URL(page.url()).origin}/#/captures?mode=domain&target=${host}&duration=${seconds}`);
  await page.getByRole('button', { name: /^(Start capture|开始抓包)/ }).click();
  await page.waitForURL(/session=/);
  return new URLSearchParams(page.url().split('?')[1]).get('session') ?? '';
}

/** Findings stay in the language the capture was started in: each language has captures of its own, and the list no others. @param before rows of the list */
async function captureAll(
  browser: Browser,
  link: string,
  locale: PageLanguage,
  before: number,
): Promise<Pick<Scene, 'session' | 'other'>> {
  if (!CAPTURES_SHOWN) return { session: '', other: '' };
  const page = await browser.newPage({ locale });
  await page.goto(link);
  await page.goto(`${new URL(link).origin}/#/captures`);
  const remove = page.getByRole('button', { name: /^(Delete|删除): / });
  for (let left = before; left > 0; left--) {
    await expect(remove).toHaveCount(left);
    await remove.first().click();
    const sure = page.getByRole('dialog').getByRole('button', { name: /^(Delete|删除)$/ });
    await sure.click();
  }
  const session = await capture(page, PEERS[0] ?? '', CAPTURE_S);
  const other = await capture(page, PEERS[1] ?? '', CAPTURE_S);
  await capture(page, PEERS[2] ?? '', 900);
  await page.close();
  return { session, other };
}

test('every page in both themes, both languages and two sizes', async () => {
  const network = await makeNetwork();
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-screenshots-'));
  let browser: Browser | undefined;
  let sshd: SshLab | undefined;
  try {
    sshd = await createSshLab({
      users: [{ name: PLAIN_USER }],
      options: { namespace: network.there, address: '0.0.0.0', port: 22 },
    });
    const troubledPid = await makeTraffic(network, folder);
    const layers = path.join(folder, 'layers');
    mkdirSync(layers);
    const server = network.start(network.here, [
      'sh',
      '-c',
      LAB,
      'lab',
      layers,
      path.join(ROOT, 'out/helper/netsonde-helper'),
      String(process.ppid),
      'env',
      `NETSONDE_HELPER=${INSTALLED_HELPER}`,
      `NETSONDE_HOME=${path.join(folder, 'home')}`,
      'LANG=C',
      process.execPath,
      path.join(ROOT, 'out/main/cli.js'),
      'serve',
    ]);
    const [, link = ''] = await printed(server, /Open (\S+)/);
    await addHosts(sshd, (...args) =>
      network.run(network.here, [
        'env',
        `NETSONDE_HOME=${path.join(folder, 'home')}`,
        'LANG=C',
        process.execPath,
        path.join(ROOT, 'out/main/cli.js'),
        ...args,
      ]),
    );
    // Chromium must stand in the same namespace: the listener is on its loopback only.
    const wrapper = path.join(folder, 'chromium');
    writeFileSync(wrapper, `#!/bin/sh\nexec ip netns exec ${network.here} ${CHROMIUM} "$@"\n`);
    chmodSync(wrapper, 0o755);
    browser = await chromium.launch({
      executablePath: wrapper,
      args: [...CHROMIUM_ARGS, '--force-prefers-reduced-motion', NO_NAMES],
    });

    const shoot = async (
      options: { theme: 'light' | 'dark'; language: PageLanguage; width: number; height: number },
      scene: Scene,
    ): Promise<void> => {
      const { theme, language, width, height } = options;
      const context = await (browser as Browser).newContext({
        colorScheme: theme,
        locale: language,
        viewport: { width, height },
        reducedMotion: 'reduce',
      }); // launched above
      const page = await context.newPage();
      await page.goto(link);
      for (const { name, hash, prepare } of SHOWN) {
        await page.goto(`${new URL(link).origin}/${typeof hash === 'string' ? hash : hash(scene)}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await prepare?.(page);
        // The table and the charts have data a beat after the page stands.
        await page.waitForTimeout(2_500);
        const suffix = language === 'zh-CN' ? '-zh' : '';
        await page.screenshot({ path: path.join(OUT, `${name}-${theme}-${width}${suffix}.png`) });
      }
      await context.close();
    };

    const english = { pid: troubledPid, ...(await captureAll(browser, link, 'en-US', 0)) };
    await new Promise(resolve => setTimeout(resolve, WARM_UP_SAMPLES * 1_000));
    await shoot({ theme: 'light', language: 'en-US', width: 1440, height: 900 }, english);
    await shoot({ theme: 'dark', language: 'en-US', width: 1440, height: 900 }, english);
    await shoot({ theme: 'light', language: 'en-US', width: 900, height: 700 }, english);
    const chinese = { pid: troubledPid, ...(await captureAll(browser, link, 'zh-CN', 3)) };
    if (CAPTURES_SHOWN) await new Promise(resolve => setTimeout(resolve, (CAPTURE_S + 1) * 1_000));
    await shoot({ theme: 'dark', language: 'zh-CN', width: 1440, height: 900 }, chinese);
    await shoot({ theme: 'light', language: 'zh-CN', width: 900, height: 700 }, chinese);
  } finally {
    await browser?.close();
    await sshd?.stop();
    await network.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});
