import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { printed } from './network';

const run = promisify(execFile);
const LAB = path.resolve(import.meta.dirname, 'lab');

export interface LineRules {
  /** Each way. */
  delay_ms?: number;
  /** Of TCP segments with data, each nth is lost; 0: none. */
  lose_every?: number;
  /** Longer Ethernet frames vanish; 0: none. */
  max_frame?: number;
  /** From which end they are lost: a is here, b is far. */
  lose_from?: 'a' | 'b';
  /** Only of connections with this port; 0: of all. */
  lose_port?: number;
}

/** A host at the end of a line that can be made bad. What a capture here sees is what a user's machine would see. */
export interface BadLine {
  /** The interface here. */
  iface: string;
  address: string;
  far: string;
  /** Another address of that host's network that nobody has. */
  nobody: string;
  namespace: string;
  /** Resolves when the rules hold. @returns segments lost under the rules before */
  be(rules: LineRules): Promise<number>;
  /** Runs a program on the far host. */
  runFar(argv: string[]): Promise<string>;
  startFar(argv: string[]): ChildProcess;
  remove(): Promise<void>;
}

let made = 0;

/** Two cables with a middle namespace in between, whose ends are up when it resolves. */
export async function makeBadLine(): Promise<BadLine> {
  const number = made++;
  const id = `${process.pid.toString(36)}${number.toString(36)}`;
  const [iface, middle, far] = [`nsl${id}`, `nsm${id}`, `nsz${id}`];
  const subnet = `198.${18 + ((process.pid >> 8) & 1)}.${(process.pid + 100 + number) & 255}`;
  const children: ChildProcess[] = [];
  const ip = (...argv: string[]): Promise<unknown> => run('ip', argv);
  const inFar = (argv: string[]): string[] => ['netns', 'exec', far, ...argv];
  const remove = async (): Promise<void> => {
    await Promise.all(children.map(child => child.exitCode ?? child.signalCode ?? (child.kill('SIGKILL'), once(child, 'close'))));
    await ip('link', 'delete', 'dev', iface).catch(() => {}); // not there after a failed start
    for (const namespace of [middle, far]) await ip('netns', 'delete', namespace).catch(() => {});
  };
  try {
    for (const namespace of [middle, far]) await ip('netns', 'add', namespace);
    await ip('link', 'add', iface, 'type', 'veth', 'peer', 'name', 'near', 'netns', middle);
    await ip('-n', middle, 'link', 'add', 'beyond', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', far);
    await run('sysctl', ['-qw', `net.ipv6.conf.${iface}.disable_ipv6=1`]);
    for (const namespace of [middle, far])
      await run('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1']);
    // Offload makes one segment of many, which no line would carry: what is lost would be more than one.
    await run('ethtool', ['-K', iface, 'tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off']);
    await ip('netns', 'exec', far, 'ethtool', '-K', 'eth0', 'tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off');
    await ip('address', 'add', `${subnet}.1/24`, 'dev', iface);
    await ip('-n', far, 'address', 'add', `${subnet}.2/24`, 'dev', 'eth0');
    await ip('link', 'set', 'dev', iface, 'up');
    for (const [namespace, name] of [
      [middle, 'near'],
      [middle, 'beyond'],
      [far, 'eth0'],
      [far, 'lo'],
    ] as const)
      await ip('-n', namespace, 'link', 'set', 'dev', name, 'up');
    const line = spawn('ip', ['netns', 'exec', middle, 'python3', path.join(LAB, 'bad-line.py'), 'near', 'beyond'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(line);
    await printed(line, /ready/);
    return {
      iface,
      address: `${subnet}.1`,
      far: `${subnet}.2`,
      nobody: `${subnet}.77`,
      namespace: far,
      async be(rules) {
        const obeyed = printed(line, /ok (\d+)/);
        line.stdin.write(
          `${JSON.stringify({ delay_ms: 0, lose_every: 0, max_frame: 0, lose_from: 'b', lose_port: 0, ...rules })}\n`,
        );
        return Number((await obeyed)[1]);
      },
      runFar: async argv => (await run('ip', inFar(argv))).stdout,
      startFar(argv) {
        const child = spawn('ip', inFar(argv), { stdio: ['ignore', 'pipe', 'inherit'] });
        children.push(child);
        return child;
      },
      remove,
    };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}
