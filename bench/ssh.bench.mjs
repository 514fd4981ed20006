// Remote hosts over SSH: one over loopback against ssh(1), and a hundred at once.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { bundle } from './lib/bundle.mjs';
import { median, openSockets, paired, ROOT, report, reportAtLeast, runQuiet, time } from './lib/measure.mjs';

const HOSTS = 100;
const POLL_SECONDS = 45;

const parts = await bundle('bench/lib/ssh-parts.ts');
try {
  await oneHost(await import(parts.file));
  await manyHosts();
} finally {
  parts.remove();
}

async function oneHost({
  collectWithFallback,
  counterBackends,
  createEngine,
  createHosts,
  createLocalHost,
  createSshLab,
  KnownHosts,
}) {
  const sshd = await createSshLab({});
  const profile = {
    name: 'bench',
    address: '127.0.0.1',
    port: sshd.port,
    username: 'root',
    key_file: sshd.privateKeyFile,
    agent: false,
    jump: null,
    tags: [],
    privilege: 'auto',
    helper: false,
    via: 'ssh',
    legacy: false,
  };
  const profiles = [profile, { ...profile, name: 'helped', helper: true }];
  const remote = {
    directory: { list: () => profiles, find: name => profiles.find(each => each.name === name), listen: () => () => {} },
    helperFile: path.join(ROOT, 'out/helper/netsonde-helper'),
    knownHosts: () => new KnownHosts(sshd.hostKeyLine),
    secret: () => undefined,
    adHoc: () => false,
  };
  const engine = createEngine({ version: 'bench', remote });
  const caller = { id: 'bench', door: 'interface', scopes: new Set(['read', 'remote']), language: 'en' };
  const call = async (name, args) => {
    const reply = await engine.call(name, args, caller, {});
    if (!reply.success) throw new Error(`${name}: ${reply.message}`);
    return reply;
  };
  let close = async () => {};
  try {
    const connects = [];
    for (let round = 0; round < 9; round += 1) {
      const hosts = createHosts({ local: createLocalHost(), abilities: () => [], ...remote });
      connects.push(await time(() => hosts.open({ host: 'bench' })));
      hosts.stop();
    }
    const note = `then ${median(connects.slice(1)).toFixed(0)} ms`;
    report('first connection to a host, ssh2 loaded with it', connects[0], 'ms', 500, note);

    const hosts = createHosts({ local: createLocalHost(), abilities: () => [], ...remote });
    const host = await hosts.open({ host: 'bench' });
    const samples = [];
    const roundTrips = [];
    for (let round = 0; round < 101; round += 1) {
      roundTrips.push(await time(() => host.exec([':'], { timeoutMs: 5_000 })));
      samples.push(await time(() => collectWithFallback(counterBackends, host, undefined)));
    }
    report(
      'a sample of counters over an open connection',
      median(samples),
      'ms',
      25,
      `${median(roundTrips).toFixed(1)} ms a command`,
    );
    hosts.stop();

    close = await openSockets(10_000);
    const known = path.join(sshd.folder, 'known_hosts');
    const ssh = [
      '-p',
      String(sshd.port),
      '-i',
      sshd.privateKeyFile,
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      `UserKnownHostsFile=${known}`,
    ];
    for (const limit of [100, 1000]) {
      const { a, b, ratio } = await paired(
        9,
        () => call('query_network_connections', { host: 'bench', limit }),
        () => runQuiet('ssh', ...ssh, '-q', 'root@127.0.0.1', 'ss -tunap'),
      );
      report(
        `query_network_connections of a remote host, ${limit} rows of 10,000 sockets, against ssh HOST ss -tunap`,
        ratio,
        '× its wall time',
        1.5,
        `${a.toFixed(0)} ms against ${b.toFixed(0)} ms`,
      );
    }
    const { a, b, ratio } = await paired(
      9,
      () => call('query_network_connections', { host: 'helped', limit: 1000 }),
      () => runQuiet('ssh', ...ssh, '-q', 'root@127.0.0.1', 'ss -tunap'),
    );
    report(
      'the same by the helper on that host, 1000 rows',
      ratio,
      '× its wall time',
      0.5,
      `${a.toFixed(0)} ms against ${b.toFixed(0)} ms`,
    );
  } finally {
    await close();
    await engine.stop();
    await sshd.stop();
  }
}

async function manyHosts() {
  const bad = startScript('fleet-servers.mjs', ['bad', '1', '2']);
  const servers = startScript('fleet-servers.mjs', ['shells', '3', String(HOSTS - 2)]);
  try {
    const targets = [...JSON.parse(await bad.nextLine()), ...JSON.parse(await servers.nextLine())];
    const poller = startScript('poll-fleet.mjs', [parts.file, String(POLL_SECONDS)], JSON.stringify(targets));
    const { hosts, coreShare, peakMb } = JSON.parse(await poller.nextLine());
    const [silent, hostile, ...rest] = hosts;
    if (silent.samples + hostile.samples > 0) throw new Error('the silent and the flooding host must give no sample');
    const good = rest.filter(({ failures, samples }) => failures === 0 && samples > 0);
    reportAtLeast(
      `hosts of ${HOSTS} that answer each second, beside one that is silent and one that floods`,
      good.length,
      '',
      HOSTS - 2,
    );
    report('until the last of them is connected to', Math.max(...rest.map(({ firstMs }) => firstMs)) / 1_000, 's');
    const connecting = Math.max(...rest.map(({ longestMs }) => longestMs)) / 1_000;
    const note = `${connecting.toFixed(1)} s while others are being connected to`;
    report('the latest of their samples', Math.max(...rest.map(({ steadyMs }) => steadyMs)) / 1_000, 's', 2, note);
    report('share of a core', coreShare * 100, '%', 60);
    report('most memory', peakMb, 'MB', 300);
    for (const each of [bad, servers]) each.end();
    const most = await Promise.all([bad, servers].map(async each => JSON.parse(await each.nextLine()).mostOpening));
    report('connections being opened at once', most[0] + most[1], '', 32, 'the most of either server process, added');
  } finally {
    for (const each of [bad, servers]) each.end();
  }
}

/** A script of bench/lib in a process of its own, which speaks in lines. */
function startScript(name, args, input = '') {
  const child = spawn(process.execPath, [path.join(ROOT, 'bench/lib', name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  const lines = [];
  let rest = '';
  const give = line => {
    const next = waiting.shift();
    if (next) next.resolve(line);
    else lines.push(line);
  };
  child.stdin.on('error', () => {}); // a script that does not read
  child.stdin.end(input);
  child.stdout.on('data', chunk => {
    const all = (rest + chunk).split('\n');
    rest = all.pop();
    for (const line of all) give(line);
  });
  child.on('close', code => {
    for (const { reject } of waiting) reject(new Error(`${name} ended with ${code}`));
  });
  return {
    nextLine: () =>
      new Promise((resolve, reject) => {
        const line = lines.shift();
        if (line === undefined) waiting.push({ resolve, reject });
        else resolve(line);
      }),
    end: () => child.kill('SIGTERM'),
  };
}
