import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildHelper, HELPER_PACKAGES, isMissing } from './helper.mjs';
import { hasProgram, ROOT, rootPrefix, run, runtime, StepFailed, step, tool } from './steps.mjs';

/** Programs the product reads, and what is missing without them. Debian names; only what is absent is installed. */
const PRODUCT_PACKAGES = [
  { program: 'ss', apt: 'iproute2', for: 'sockets and interfaces' },
  { program: 'iftop', apt: 'iftop', for: 'traffic by connection, UDP included' },
];
const TEST_PACKAGES = [
  { program: 'chromium', apt: 'chromium', for: 'end-to-end tests' },
  { program: 'netstat', apt: 'net-tools', for: 'comparison with netstat' },
  { program: 'lsof', apt: 'lsof', for: 'comparison with lsof' },
  { program: 'busybox', apt: 'busybox', for: 'hosts that have only BusyBox' },
  { program: 'nft', apt: 'nftables', for: 'firewalls in test namespaces' },
  { program: 'iperf3', apt: 'iperf3', for: 'known traffic' },
  { program: 'curl', apt: 'curl', for: 'known traffic' },
  { program: 'setcap', apt: 'libcap2-bin', for: 'a helper with capabilities' },
  { program: 'sysctl', apt: 'procps', for: 'settings of test namespaces' },
  { program: 'python3', apt: 'python3', for: 'raw packets' },
  { program: 'ethtool', apt: 'ethtool', for: 'cables without offload' },
  { program: 'sshd', apt: 'openssh-server', for: 'hosts reached by SSH' },
  { program: 'ssh', apt: 'openssh-client', for: 'comparison with ssh' },
  { program: 'sudo', apt: 'sudo', for: 'hosts where an account may use sudo' },
  { program: 'openssl', apt: 'openssl', for: 'certificates of test servers' },
  { program: 'setpriv', apt: 'util-linux', for: 'runs without privileges' },
  { program: 'prlimit', apt: 'util-linux', for: 'runs without file descriptors' },
];

const CJK_FONT = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

/** Everything that `npm start` and `npm test` need; does nothing where nothing is missing. */
export async function setup({ forTests = false, build = true } = {}) {
  requireNode();
  await installModules();
  await installPackages(forTests);
  if (build) {
    await buildHelper();
    await buildApp();
  }
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new StepFailed(`Netsonde needs Node.js 20 or newer to set itself up; this is ${process.version}.`);
}

const hashOf = file =>
  createHash('sha256')
    .update(readFileSync(path.join(ROOT, file)))
    .digest('hex');

async function installModules() {
  const stamp = path.join(ROOT, 'node_modules/.netsonde-lock');
  const wanted = hashOf('package-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step('Installing npm packages (about 620 MB, the first time only)', async () => {
    const install = () => run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    // Once more when it fails: a registry error is often gone a moment later.
    await install().catch(install);
    writeFileSync(stamp, wanted);
  });
}

async function installPackages(forTests) {
  if (process.platform !== 'linux') return;
  const missing = [...PRODUCT_PACKAGES, ...HELPER_PACKAGES, ...(forTests ? TEST_PACKAGES : [])].filter(isMissing);
  if (forTests && hasProgram('apt-get') && !existsSync(CJK_FONT))
    missing.push({ program: 'a Chinese font', apt: 'fonts-noto-cjk', for: 'pages in Chinese' });
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(({ apt }) => apt))];
  const why = missing.map(({ program, apt, for: use }) => `${program ?? apt} (${use})`).join(', ');
  if (!hasProgram('apt-get')) {
    process.stderr.write(
      `! Missing: ${why}. Install them with your package manager; Netsonde runs without, and says what it cannot see.\n`,
    );
    return;
  }
  const prefix = rootPrefix();
  if (!prefix) {
    process.stderr.write(
      `! Missing: ${why}.\n  To install: sudo apt install ${packages.join(' ')}\n  Netsonde starts without them, and says what it cannot see.\n`,
    );
    return;
  }
  const [program, ...args] = [...prefix, 'apt-get'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await step(`Installing system packages: ${packages.join(' ')} for ${why}`, async () => {
    const install = () => run(program, [...args, 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
    await run(program, [...args, 'update', '-qq'], { env });
    await install().catch(install);
  }).catch(thrown => {
    // The product works without them; the tests do not.
    if (forTests) throw thrown;
    process.stderr.write(`! ${thrown.message.split('\n')[0]}. Netsonde starts without them, and says what it cannot see.\n`);
  });
}

/** Newest change among the sources, in ms since 1970. */
function newestSource() {
  let newest = 0;
  const visit = entry => {
    const info = statSync(entry);
    if (info.isDirectory()) for (const name of readdirSync(entry)) visit(path.join(entry, name));
    else newest = Math.max(newest, info.mtimeMs);
  };
  for (const name of ['src-shared', 'src-main', 'src-preload', 'src-renderer', 'electron.vite.config.ts', 'package-lock.json'])
    visit(path.join(ROOT, name));
  return newest;
}

/** Builds main, preload and renderer into out/, unless nothing changed since. */
export async function buildApp() {
  const stamp = path.join(ROOT, 'out/.built');
  const newest = String(newestSource());
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === newest) return;
  await step('Building', async () => {
    await run(runtime(), [tool('electron-vite'), 'build']);
    writeFileSync(stamp, newest);
  });
}
