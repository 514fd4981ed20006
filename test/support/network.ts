import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True where network namespaces can be made: Linux as root. */
export const CAN_MAKE_NETWORKS = process.platform === 'linux' && process.getuid?.() === 0;
export const WHY_SKIPPED = 'needs root on Linux: makes network namespaces';

/** Two hosts on one cable: `here` is 192.0.2.1 and 2001:db8:77::1 on `eth0`, `there` .2 and ::2 on `eth0`. */
export interface TestNetwork {
  here: string;
  there: string;
  /** argv prefix that runs a program inside one of them. */
  inside(namespace: string): string[];
  /** Runs a program there to its end. @returns stdout */
  run(namespace: string, argv: string[]): Promise<string>;
  /** Starts a program there; it is ended by `remove`. */
  start(namespace: string, argv: string[]): ChildProcess;
  /** Ends what was started, waits for it, and removes the namespaces. */
  remove(): Promise<void>;
}

let made = 0;

/** Children that are ended together. */
function startable() {
  const children = new Set<ChildProcess>();
  return {
    start(argv: string[]): ChildProcess {
      const [program = '', ...args] = argv;
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      children.add(child);
      child.once('close', () => children.delete(child));
      return child;
    },
    end: () =>
      Promise.all([...children].map(child => new Promise(resolve => (child.once('close', resolve), child.kill('SIGKILL'))))),
  };
}

/** Makes a pair of namespaces with a veth cable between them; both ends are up and can reach each other when it resolves. */
export async function makeNetwork(): Promise<TestNetwork> {
  const id = `${process.pid.toString(36)}${(made++).toString(36)}`;
  const [here, there] = [`nsa${id}`, `nsb${id}`];
  const children = startable();
  const inside = (namespace: string): string[] => ['ip', 'netns', 'exec', namespace];
  const network: TestNetwork = {
    here,
    there,
    inside,
    async run(namespace, argv) {
      const [program = '', ...args] = [...inside(namespace), ...argv];
      return (await run(program, args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
    },
    start: (namespace, argv) => children.start([...inside(namespace), ...argv]),
    async remove() {
      await children.end();
      for (const namespace of [here, there]) await run('ip', ['netns', 'delete', namespace]);
    },
  };
  for (const namespace of [here, there]) await run('ip', ['netns', 'add', namespace]);
  await run('ip', ['link', 'add', 'eth0', 'netns', here, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', there]);
  for (const [namespace, number] of [
    [here, 1],
    [there, 2],
  ] as const) {
    // Duplicate address detection would keep IPv6 tentative for a second: nothing else is on this cable.
    await network.run(namespace, ['sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=0', 'net.ipv6.conf.all.accept_dad=0']);
    await network.run(namespace, ['ip', 'address', 'add', `192.0.2.${number}/24`, 'dev', 'eth0']);
    await network.run(namespace, ['ip', 'address', 'add', `2001:db8:77::${number}/64`, 'dev', 'eth0', 'nodad']);
    await network.run(namespace, ['ip', 'link', 'set', 'lo', 'up']);
    await network.run(namespace, ['ip', 'link', 'set', 'eth0', 'up']);
  }
  await network.run(here, ['ip', 'route', 'add', 'default', 'via', '192.0.2.2']);
  return network;
}

/** Resolves with the first match in what a child prints on either stream. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    const onData = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = output.match(pattern);
      if (match) resolve(match);
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('close', code => reject(new Error(`Ended with ${code} before printing ${pattern}:\n${output}`)));
  });
}

/** A cable from this machine's own namespace to one of the test: nobody else's traffic is on it. */
export interface TestCable {
  /** The interface here. */
  iface: string;
  address: string;
  /** The namespace at the other end, where the interface is `far0`. */
  namespace: string;
  farAddress: string;
  /** Starts a program at the other end; it is ended by `remove`. */
  start(argv: string[]): ChildProcess;
  remove(): Promise<void>;
}

export interface CableOptions {
  /** Name of the interface here. */
  iface?: string;
  /** No address, and nothing that would send by itself. */
  quiet?: boolean;
}

/** Both ends are up when it resolves, with addresses of 198.18.0.0/15, which is reserved for such tests. */
export async function makeCable({ iface, quiet = false }: CableOptions = {}): Promise<TestCable> {
  const number = made++;
  const id = `${process.pid.toString(36)}${number.toString(36)}`;
  const [near, far] = [iface ?? `nsc${id}`, `nsf${id}`];
  const subnet = `198.${18 + ((process.pid >> 8) & 1)}.${(process.pid + number) & 255}`; // another run beside this one has others
  const [address, farAddress] = [`${subnet}.1`, `${subnet}.2`];
  const children = startable();
  const cable: TestCable = {
    iface: near,
    address,
    namespace: far,
    farAddress,
    start: argv => children.start(['ip', 'netns', 'exec', far, ...argv]),
    async remove() {
      await children.end();
      await run('ip', ['link', 'delete', 'dev', near]).catch(() => {}); // a test may have deleted or renamed it
      await run('ip', ['netns', 'delete', far]);
    },
  };
  await run('ip', ['netns', 'add', far]);
  try {
    await run('ip', ['link', 'add', 'name', near, 'type', 'veth', 'peer', 'name', 'far0', 'netns', far]);
    if (quiet) {
      await run('sysctl', ['-qw', `net.ipv6.conf.${near.replaceAll('.', '/')}.disable_ipv6=1`]);
      await run('ip', ['netns', 'exec', far, 'sysctl', '-qw', 'net.ipv6.conf.far0.disable_ipv6=1']);
    } else {
      await run('ip', ['address', 'add', `${address}/24`, 'dev', near]);
      await run('ip', ['-n', far, 'address', 'add', `${farAddress}/24`, 'dev', 'far0']);
    }
    await run('ip', ['link', 'set', 'dev', near, 'up']);
    for (const name of ['far0', 'lo']) await run('ip', ['-n', far, 'link', 'set', 'dev', name, 'up']);
  } catch (thrown) {
    await cable.remove();
    throw thrown;
  }
  return cable;
}
