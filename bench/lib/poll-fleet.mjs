// Reads the counters of every host once a second, as one engine would. Prints a line of JSON at the end.
// poll-fleet PARTS SECONDS, with the hosts as JSON on stdin
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const [parts, seconds] = process.argv.slice(2);
const targets = JSON.parse(readFileSync(0, 'utf8'));
const { collectWithFallback, counterBackends, createHosts, createLocalHost, KnownHosts, knownHostsLine } = await import(parts);

const profiles = targets.map(({ address, port }) => ({
  name: address,
  address,
  port,
  username: 'root',
  key_file: null,
  agent: false,
  jump: null,
  tags: [],
  privilege: 'auto',
  helper: false,
  via: 'ssh',
  legacy: false,
}));
const known = new KnownHosts(
  targets.map(({ address, port, key }) => knownHostsLine(address, port, Buffer.from(key, 'base64'))).join('\n'),
);
const hosts = createHosts({
  local: createLocalHost(),
  abilities: () => [],
  directory: { list: () => profiles, find: name => profiles.find(each => each.name === name), listen: () => () => {} },
  knownHosts: () => known,
  secret: () => 'bench',
  adHoc: () => false,
});

async function sample(name) {
  const host = await hosts.open({ host: name });
  const { rows } = await collectWithFallback(counterBackends, host, undefined);
  if (rows.length === 0) throw new Error(`no counters of ${name}`);
}

/** Of each host: when its first sample came, how late a later one came at most, that in the steady state, and how many failed. */
const seen = new Map(
  targets.map(({ address }) => [address, { firstMs: null, longestMs: 0, steadyMs: 0, samples: 0, failures: 0 }]),
);
/** By then every host that answers is connected to. */
const STEADY_AFTER_MS = 15_000;
const startedMs = performance.now();

async function poll(name) {
  const of = seen.get(name);
  for (let tick = 0; tick < Number(seconds); tick += 1) {
    const dueMs = startedMs + tick * 1_000;
    await wait(Math.max(0, dueMs - performance.now()));
    const sentMs = of.firstMs === null ? performance.now() : dueMs;
    try {
      await sample(name);
      const nowMs = performance.now();
      if (of.firstMs === null) of.firstMs = nowMs - startedMs;
      else of.longestMs = Math.max(of.longestMs, nowMs - sentMs);
      if (sentMs - startedMs > STEADY_AFTER_MS) of.steadyMs = Math.max(of.steadyMs, nowMs - sentMs);
      of.samples += 1;
    } catch {
      of.failures += 1;
    }
    // While a host is connected to, ticks pass: they are no samples that come late.
    if (of.samples <= 1) tick = Math.max(tick, Math.floor((performance.now() - startedMs) / 1_000));
  }
}

let steadyCpu = null;
setTimeout(() => {
  steadyCpu = { usage: process.cpuUsage(), atMs: performance.now() };
}, STEADY_AFTER_MS);
await Promise.all(targets.map(({ address }) => poll(address)));
const used = process.cpuUsage(steadyCpu.usage);
const elapsedMs = performance.now() - steadyCpu.atMs;
hosts.stop();
process.stdout.write(
  `${JSON.stringify({
    hosts: [...seen].map(([name, of]) => ({ name, ...of })),
    coreShare: (used.user + used.system) / 1_000 / elapsedMs,
    // Not maxRSS: that begins with what the parent had.
    peakMb: Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) / 1024,
  })}\n`,
);
process.exit(0);
