// The privileged helper by itself: start, memory, idle cost, the socket table, and what each kernel program costs an event.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startHelper } from './lib/helper.mjs';
import { cpuSeconds, median, openSockets, ROOT, report, residentMb, runQuiet, startServer } from './lib/measure.mjs';

const ALL_EVENTS = 0xffff_fffe;
const IDLE_S = 10;
const BPF_STATS = '/proc/sys/kernel/bpf_stats_enabled';

const loads = [];
for (let round = 0; round < 5; round += 1) {
  const helper = await startHelper();
  loads.push(helper.loadMs);
  await helper.stop();
}
report('helper: every program loaded and attached', median(loads), 'ms', 600);

const helper = await startHelper();
try {
  await helper.wantEvents(ALL_EVENTS);
  const before = cpuSeconds(helper.pid);
  await new Promise(resolve => setTimeout(resolve, IDLE_S * 1_000)); // measuring idleness is waiting
  report('idle helper', ((cpuSeconds(helper.pid) - before) / IDLE_S) * 100, '% of a core', 0.2);

  const close = await openSockets(10_000);
  const lists = [];
  for (let round = 0; round < 15; round += 1) lists.push(await helper.listSockets());
  report(
    'helper: socket table of 10,000 with processes',
    median(lists.map(({ ms }) => ms)),
    'ms',
    20,
    `${lists[0].records} records`,
  );
  report('helper memory', residentMb(helper.pid), 'MB', 25);
  await close();
  await programCosts();
} finally {
  await helper.stop();
}
await exactCount();

/** Nanoseconds a run of each program that reports events, by the kernel's own clock (kernel.bpf_stats_enabled). */
async function programCosts() {
  const stats = readFileSync(BPF_STATS, 'utf8');
  writeFileSync(BPF_STATS, '1');
  try {
    await makeStatesAndDrops();
    const programs = JSON.parse(execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8' }));
    for (const [name, what] of [
      ['on_tcp_state', 'a TCP state event'],
      ['on_drop', 'a drop'],
    ]) {
      // Another Netsonde on this machine has the same programs: they do the same work, and are averaged with ours.
      const own = programs.filter(each => each.name === name && each.run_cnt > 0);
      const runs = own.reduce((sum, { run_cnt }) => sum + run_cnt, 0);
      if (runs === 0) throw new Error(`${name} did not run: nothing was measured`);
      report(
        `kernel program: ${what}`,
        own.reduce((sum, { run_time_ns }) => sum + run_time_ns, 0) / runs,
        'ns',
        1_000,
        `${runs} runs`,
      );
    }
  } finally {
    writeFileSync(BPF_STATS, stats);
  }
}

/** 2,000 connections over loopback, and 20,000 datagrams to a closed port. */
async function makeStatesAndDrops() {
  const server = createServer(socket => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (let count = 0; count < 2_000; count += 1) {
    const socket = connect(server.address().port, '127.0.0.1');
    socket.resume();
    await once(socket, 'close');
  }
  server.close();
  const socket = createSocket('udp4');
  socket.on('error', () => {}); // ICMP says that nobody listens, which is what is wanted
  for (let count = 0; count < 20_000; count += 1) await new Promise(resolve => socket.send('x', 9, '127.0.0.1', () => resolve()));
  socket.close();
}

/** 400,000 packets over a cable between two namespaces: counted against sent. */
async function exactCount() {
  const PACKETS = 400_000;
  const SIZE = 64;
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-bench-'));
  const sender = path.join(folder, 'sender');
  const name = `nsq${process.pid.toString(36)}`;
  const ip = (...args) => execFileSync('ip', args, { encoding: 'utf8' });
  execFileSync('gcc', ['-O2', '-o', sender, path.join(ROOT, 'test/support/workload.c')]);
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
    const mac = ip('-br', 'link', 'show', 'dev', name).split(/\s+/)[2];
    ip('-n', name, 'neighbour', 'replace', '198.18.255.1', 'lladdr', mac, 'dev', 'far0');
    const far = ip('-n', name, '-br', 'link', 'show', 'dev', 'far0').split(/\s+/)[2];
    ip('neighbour', 'replace', '198.18.255.2', 'lladdr', far, 'dev', name); // no ARP among the packets
    const counting = server.call('network-monitor', { network_operation: 'incoming', interface: name, duration: 8 });
    await attached(name);
    await runQuiet('ip', 'netns', 'exec', name, sender, 'udp-send', '198.18.255.1', '9', String(PACKETS * SIZE), String(SIZE));
    const { data } = await counting;
    report(
      `packet rate by ${data.method}: packets missed or counted twice of ${PACKETS}`,
      Math.abs(data.packets - PACKETS),
      '',
      0,
    );
  } finally {
    await server.stop();
    ip('netns', 'delete', name);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves once a program counts on the interface. */
async function attached(iface) {
  for (;;) {
    if (execFileSync('bpftool', ['net', 'show', 'dev', iface], { encoding: 'utf8' }).includes('generic')) return;
    await new Promise(resolve => setTimeout(resolve, 50)); // the kernel tells nobody when a program is attached
  }
}
