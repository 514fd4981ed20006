import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds that some work takes. */
export async function time(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Times two ways in turn, A B A B …, so that a machine whose speed drifts hurts both. */
export async function paired(rounds, a, b) {
  const ratios = [];
  const timesA = [];
  const timesB = [];
  await a();
  await b();
  for (let round = 0; round < rounds; round += 1) {
    const first = await time(a);
    const second = await time(b);
    timesA.push(first);
    timesB.push(second);
    ratios.push(first / second);
  }
  return { a: median(timesA), b: median(timesB), ratio: median(ratios) };
}

/** Prints one figure beside its limit. */
export function report(name, value, unit, limit, note = '') {
  const mark = limit === undefined ? ' ' : value <= limit ? '✓' : '✗';
  const shown = value < 10 ? value.toFixed(2) : value.toFixed(1);
  process.stdout.write(
    `${mark} ${name}: ${shown} ${unit}${limit === undefined ? '' : ` (limit ${limit})`}${note ? `  ${note}` : ''}\n`,
  );
}

/** Like report, for figures that must not be smaller. */
export function reportAtLeast(name, value, unit, limit, note = '') {
  process.stdout.write(
    `${value >= limit ? '✓' : '✗'} ${name}: ${value.toFixed(1)} ${unit} (at least ${limit})${note ? `  ${note}` : ''}\n`,
  );
}

/** Runs a program to its end and throws its output away. */
export const runQuiet = (program, ...args) =>
  new Promise((resolve, reject) =>
    execFile(program, args, { maxBuffer: 1 << 30 }, (error, stdout) => (error ? reject(error) : resolve(stdout))),
  );

/** `netsonde serve` in a home of its own. */
export async function startServer() {
  const home = mkdtempSync(path.join(tmpdir(), 'netsonde-bench-'));
  const started = performance.now();
  const child = spawn(process.execPath, ['out/main/cli.js', 'serve'], {
    cwd: ROOT,
    env: { ...process.env, NETSONDE_HOME: home, LANG: 'C' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', chunk => {
      output += chunk;
      const link = /Open (\S+)/.exec(output)?.[1];
      if (link) resolve({ link, readyMs: performance.now() - started });
    });
    child.on('close', code => reject(new Error(`serve ended with ${code}: ${output}`)));
  });
  const { url, token } = JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8'));
  return {
    ...ready,
    url,
    token,
    pid: child.pid,
    call: async (name, args = {}) => {
      const response = await fetch(`${url}/api/mcp/call`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ server_name: 'netsonde', tool_name: name, args }),
      });
      const reply = await response.json();
      if (!reply.success) throw new Error(`${name}: ${reply.message}`);
      return reply;
    },
    async stop() {
      child.kill('SIGTERM');
      await new Promise(resolve => child.once('close', resolve));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** CPU seconds a process has used, from /proc (user and system, children that ended included). */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

export const residentMb = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;

/**
 * Opens TCP connections between processes on loopback and keeps them.
 * @param {number} sockets both ends are counted: half as many connections
 * @returns closes them again
 */
export async function openSockets(sockets, { chatter = false } = {}) {
  const perProcess = 5_000;
  const holders = [];
  for (let left = sockets; left > 0; left -= perProcess) {
    const child = spawn(
      'prlimit',
      [
        '--nofile=16384',
        process.execPath,
        path.join(import.meta.dirname, 'hold-sockets.mjs'),
        String(Math.min(left, perProcess) / 2),
        `127.0.1.${holders.length + 1}`,
        chatter ? 'chatter' : '',
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    holders.push(child);
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('close', code => reject(new Error(`hold-sockets ended with ${code}`)));
    });
  }
  return async () => {
    await Promise.all(holders.map(child => new Promise(resolve => (child.once('close', resolve), child.kill('SIGTERM')))));
  };
}
