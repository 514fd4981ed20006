import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BIN = path.join(ROOT, 'node_modules/.bin');

/** The Node of the lockfile; the system's own where the lockfile has none for this platform. */
export function runtime() {
  const own = path.join(BIN, 'node');
  return existsSync(own) ? own : process.execPath;
}

/** Path of a program that npm installed. */
export const tool = name => path.join(BIN, name);

/** The environment of every child: our Node first, so that `#!/usr/bin/env node` finds it. */
export function childEnv(extra = {}) {
  return { ...process.env, PATH: `${BIN}${path.delimiter}${process.env.PATH}`, ...extra };
}

export class StepFailed extends Error {}

const live = process.stderr.isTTY && !process.env.CI;

/**
 * Runs one step and says how long it took; on a terminal the seconds count up meanwhile.
 * @param {string} title what happens, for a person
 * @param {() => Promise<string | void>} work may return a remark for the closing line
 */
export async function step(title, work) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const timer = live ? setInterval(() => process.stderr.write(`\r  ${title} … ${seconds()} `), 200) : undefined;
  if (!live) process.stderr.write(`  ${title} …\n`);
  const clear = () => {
    clearInterval(timer);
    if (live) process.stderr.write(`\r\u001b[2K`);
  };
  try {
    const remark = await work();
    clear();
    process.stderr.write(`✓ ${title}${remark ? `: ${remark}` : ''} (${seconds()})\n`);
  } catch (thrown) {
    clear();
    process.stderr.write(`✗ ${title} (${seconds()})\n`);
    throw thrown;
  }
}

/**
 * Runs a program; its output is shown only when it fails, unless `show` is set.
 * @returns {Promise<string>} what it printed
 * @throws {StepFailed} with the end of the output when it exits with another code than 0
 */
export function run(program, args, { env = {}, show = false, cwd = ROOT, input = 'ignore' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: childEnv(env),
      stdio: show ? [input, 'inherit', 'inherit'] : [input, 'pipe', 'pipe'],
    });
    let output = '';
    const keep = chunk => (output = (output + chunk).slice(-200_000));
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', thrown => reject(new StepFailed(`${program} could not be started: ${thrown.message}`)));
    child.on('close', (code, signal) =>
      code === 0
        ? resolve(output)
        : reject(
            new StepFailed(
              `${[path.basename(program), ...args].join(' ')} ended with ${signal ?? `code ${code}`}\n${output.trimEnd()}`,
            ),
          ),
    );
  });
}

/** True when a program is somewhere in PATH or in the system's sbin folders. */
export function hasProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.some(folder => existsSync(path.join(folder, name)));
}

/** How packages can be installed here: directly, through `sudo -n`, or not without the user. */
export function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return hasProgram('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/**
 * Passes on to a child what asks this process to end. Ctrl-C and the end of a terminal reach the child as well, which would
 * take a second one for impatience and end without its report.
 */
export function passSignals(child) {
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => process.stdin.isTTY || child.kill(signal));
}

/** Ends a script the way a person can read: the message, no stack. */
export async function main(work) {
  try {
    await work();
  } catch (thrown) {
    process.stderr.write(`\n${thrown instanceof StepFailed ? thrown.message : thrown.stack}\n`);
    process.exitCode = 1;
  }
}
