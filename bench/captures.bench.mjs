// The analysis of captures: speed and memory beside tshark, start-up for small files (live packets: capture-live.bench.mjs).
// The large capture is made by make-large.mjs of the corpus (NETSONDE_CORPUS, default ../shared/pcaps).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median, ROOT, report, reportAtLeast, startServer, time } from './lib/measure.mjs';

const CORPUS = path.resolve(ROOT, process.env.NETSONDE_CORPUS ?? '../shared/pcaps');
const CLI = path.join(ROOT, 'out/main/cli.js');
const MAKER = path.join(CORPUS, 'make-large.mjs');
const ROUNDS = 3;
const CONTROL_ROUNDS = 9;
const THREAD_LOADED_MS = 300;

if (process.getuid?.() === 0) await control();
else console.log('Start, status and stop are not measured: they need root.');

if (existsSync(MAKER)) {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-bench-'));
  try {
    await largeCaptures(folder);
    smallFile(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else console.log(`No captures measured: ${MAKER} is missing (NETSONDE_CORPUS).`);

/** How soon the tools answer, client and HTTP included: live captures on loopback, each with a packet before it is stopped. */
async function control() {
  const server = await startServer();
  const socket = createSocket('udp4');
  try {
    await server.call('start_packet_capture', { target: '9', mode: 'port', interface: 'lo', duration: 1 });
    const times = { start: [], 'start with a filter': [], status: [], stop: [] };
    for (let round = 0; round < 2 * CONTROL_ROUNDS; round += 1) {
      const isFiltered = round % 2 === 1;
      const input = { target: '9', mode: 'port', interface: 'lo', duration: 60, ...(isFiltered && { filter: 'udp' }) };
      let session_id;
      times[isFiltered ? 'start with a filter' : 'start'].push(
        await time(async () => ({ session_id } = (await server.call('start_packet_capture', input)).data)),
      );
      await new Promise(resolve => socket.send('x', 9, '127.0.0.1', resolve));
      times.status.push(await time(() => server.call('get_capture_status', { session_id })));
      // A capture is stopped some time after it began: until then its thread has loaded.
      await new Promise(resolve => setTimeout(resolve, THREAD_LOADED_MS));
      times.stop.push(await time(() => server.call('stop_packet_capture', { session_id })));
    }
    for (const [what, taken] of Object.entries(times)) report(`capture: ${what}`, median(taken), 'ms', 10);
  } finally {
    socket.close();
    await server.stop();
  }
}

async function largeCaptures(folder) {
  const million = path.join(folder, 'million.pcap');
  execFileSync(process.execPath, [MAKER, million, '--packets', '1000000'], { stdio: 'ignore' });
  const hasTshark = spawnSync('tshark', ['--version']).status === 0;
  const own = [];
  const peer = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await timed(process.execPath, [CLI, 'analyze', million]));
    if (hasTshark && round === 0) peer.push(await timed('tshark', ['-q', '-n', '-r', million, '-z', 'conv,tcp', '-z', 'expert']));
  }
  const seconds = median(own.map(each => each.seconds));
  reportAtLeast('analysis of 1,000,000 packets, detectors included', 1_000_000 / seconds, 'packets/s', 500_000);
  report('its memory', median(own.map(each => each.megabytes)), 'MB', 250);
  if (hasTshark) {
    const ratio = median(peer.map(each => each.seconds)) / seconds;
    const version = /\d+\.\d+\.\d+/.exec(spawnSync('tshark', ['--version'], { encoding: 'utf8' }).stdout)?.[0];
    reportAtLeast('times as fast as tshark -z conv,tcp -z expert', ratio, 'x', 10, `tshark ${version}`);
  } else console.log('tshark is not installed: no ratio.');
  rmSync(million);
  const tenMillion = path.join(folder, 'ten-million.pcap');
  execFileSync(process.execPath, [MAKER, tenMillion, '--packets', '10000000', '--snaplen', '128'], { stdio: 'ignore' });
  const many = await timed(process.execPath, [CLI, 'analyze', tenMillion]);
  report(
    'memory of 10,000,000 packets beside that of 1,000,000',
    many.megabytes / median(own.map(each => each.megabytes)),
    'x',
    1.3,
  );
}

function smallFile() {
  const file = path.join(CORPUS, 'lab--http-status.pcap');
  const times = [];
  for (let round = 0; round < 9; round += 1) {
    const startedMs = performance.now();
    spawnSync(process.execPath, [CLI, 'analyze', file], { stdio: 'ignore' });
    times.push(performance.now() - startedMs);
  }
  report('a file of 172 packets by the command line', median(times), 'ms', 250);
}

/** Runs a program to its end. @returns seconds of wall time and the most memory it had */
function timed(program, argv) {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
    let megabytes = 0;
    const looking = setInterval(() => {
      try {
        const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
        if (kilobytes) megabytes = Number(kilobytes) / 1_024;
      } catch {
        // It has just ended: the last look counts.
      }
    }, 20);
    child.once('error', reject);
    child.once('close', () => {
      clearInterval(looking);
      resolve({ seconds: (performance.now() - startedMs) / 1_000, megabytes });
    });
  });
}
