// Kernel events through helper and engine: how many a second without a loss, what they cost, and that a loss is counted.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cpuSeconds, median, report, reportAtLeast, residentMb, runQuiet, startServer, time } from './lib/measure.mjs';

const SECONDS = 10;
const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-flood-'));
const flood = path.join(folder, 'udp-flood');
execFileSync('gcc', ['-O2', '-pthread', '-o', flood, path.join(import.meta.dirname, 'lib/udp-flood.c')]);
const namespace = `nsbench${process.pid}`;
execFileSync('ip', ['netns', 'add', namespace]);
const inside = (...argv) => runQuiet('ip', 'netns', 'exec', namespace, ...argv);
await inside('ip', 'link', 'set', 'lo', 'up');
// The cheapest drop: no ICMP error is made for it, so that the sender is not what is measured.
await inside(
  'nft',
  'add table ip t; add chain ip t in { type filter hook prerouting priority -300; }; add rule ip t in udp dport 9 drop',
);
const server = await startServer();

const summary = async () => (await server.call('get_packet_drop_summary', { duration: 600, reason: 'NETFILTER_DROP' })).data;

/** What the kernel made, what the engine got and what was lost while a flood lasts. */
async function during(seconds, threads, meanwhile = async () => {}) {
  const before = await summary();
  const flooding = inside(flood, String(seconds), String(threads));
  await meanwhile();
  const sent = Number(await flooding);
  const after = await summary();
  return {
    sent,
    got: after.count - before.count,
    lost: after.coverage.lost - before.coverage.lost,
  };
}

try {
  await summary(); // the helper is loaded
  const helperPid = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .find(pid => readFileSync(`/proc/${pid}/comm`, 'latin1').startsWith('netsonde-helper'));
  const idle = [cpuSeconds(helperPid), cpuSeconds(server.pid)];
  const { sent, got, lost } = await during(SECONDS, 2);
  const [helperCpu, engineCpu] = [cpuSeconds(helperPid) - idle[0], cpuSeconds(server.pid) - idle[1]];
  reportAtLeast(
    'events through helper and engine',
    got / SECONDS,
    'a second',
    200_000,
    `${sent} sent, ${got} got in ${SECONDS} s`,
  );
  report('events lost meanwhile', lost, '', 0);
  // Other programs of the machine lose packets too: a handful in a million.
  report('sent and neither got nor lost', (Math.abs(sent - got - lost) / sent) * 100, '%', 0.01);
  report('helper under that load', (helperCpu / SECONDS) * 100, '% of a core');
  report('engine under that load', (engineCpu / SECONDS) * 100, '% of a core');
  report('helper resident', residentMb(helperPid), 'MB', 25);
  const stopped = await during(3, 2, async () => {
    process.kill(Number(helperPid), 'SIGSTOP');
    await new Promise(resolve => setTimeout(resolve, 1_000));
    process.kill(Number(helperPid), 'SIGCONT');
  });
  reportAtLeast('lost while the helper was stopped for 1 s, and counted', stopped.lost, 'events', 1);
  report(
    'sent and neither got nor counted as lost',
    (Math.abs(stopped.sent - stopped.got - stopped.lost) / stopped.sent) * 100,
    '%',
    0.01,
  );
  const times = [];
  for (let round = 0; round < 15; round += 1) times.push(await time(() => server.call('list_connections', {})));
  report('list_connections over REST', median(times), 'ms');
} finally {
  await server.stop();
  execFileSync('ip', ['netns', 'del', namespace]);
  rmSync(folder, { recursive: true, force: true });
}
