// Live packets without loss: an even stream over a cable between two namespaces, captured by the helper, decoded and judged
// by the engine on the same two cores that send it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cpuSeconds, ROOT, report, runQuiet, startServer } from './lib/measure.mjs';

const SECONDS = 10;
/** The first is the promise, the other shows what is left beside it. */
const RATES = [{ perSecond: 150_000, limit: 0 }, { perSecond: 200_000 }];
/** Of the rate that was asked for: a machine that is busy with other things sends less, and then nothing was shown. */
const LEAST_SENT = 0.97;
const ip = (...args) => execFileSync('ip', args, { encoding: 'utf8' });

const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-bench-'));
const sender = path.join(folder, 'udp-rate');
const name = `nsq${process.pid.toString(36)}`;
execFileSync('gcc', ['-O2', '-o', sender, path.join(ROOT, 'bench/lib/udp-rate.c')]);
ip('netns', 'add', name);
const server = await startServer();
try {
  ip('link', 'add', 'name', name, 'type', 'veth', 'peer', 'name', 'far0', 'netns', name);
  execFileSync('sysctl', ['-qw', `net.ipv6.conf.${name}.disable_ipv6=1`]);
  ip('netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.far0.disable_ipv6=1');
  ip('address', 'add', '198.18.255.1/24', 'dev', name);
  ip('-n', name, 'address', 'add', '198.18.255.2/24', 'dev', 'far0');
  ip('link', 'set', 'dev', name, 'up');
  ip('-n', name, 'link', 'set', 'dev', 'far0', 'up');
  // To the address of no card: what does not belong to the capture ends here.
  ip('-n', name, 'neighbour', 'replace', '198.18.255.1', 'lladdr', '02:00:00:00:00:99', 'dev', 'far0');
  for (const { perSecond, limit } of RATES) await measure(perSecond, limit);
} finally {
  await server.stop();
  ip('netns', 'delete', name);
  rmSync(folder, { recursive: true, force: true });
}

async function measure(perSecond, limit) {
  const { data: started } = await server.call('start_packet_capture', {
    target: '9',
    mode: 'port',
    interface: name,
    duration: SECONDS + 20,
  });
  const before = cpuSeconds(server.pid);
  const wanted = perSecond * SECONDS;
  const argv = ['netns', 'exec', name, sender, '198.18.255.1', '9', String(wanted), String(perSecond)];
  const [sent, tookMs] = (await runQuiet('ip', ...argv)).split(' ').map(Number);
  const { data } = await server.call('stop_packet_capture', { session_id: started.session_id });
  const cpu = (cpuSeconds(server.pid) - before) / (tookMs / 1_000);
  const { capture } = data.analysis;
  const what = `live capture at ${Math.round(sent / tookMs)},000 packets/s`;
  if (sent / tookMs < (perSecond / 1_000) * LEAST_SENT) {
    console.log(`${what}: not measured, for ${perSecond} were meant to be sent each second.`);
    return;
  }
  report(
    `${what}: packets lost of ${sent}`,
    Math.abs(sent - data.analysis.total_packets),
    '',
    limit,
    `kernel says ${capture.dropped_by_kernel}; engine ${Math.round(cpu * 100)} % of a core; whole packets${
      capture.snaplen_reduced_at ? ` until ${capture.snaplen_reduced_at}` : ''
    }`,
  );
}
