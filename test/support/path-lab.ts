import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Five hosts in a row on four cables: a sender, three routers, a target. Cable N has 10.77.N.1 and 2001:db8:77:N::1 at its
 * near end, .2 and ::2 at its far end; the third one takes packets of 1,300 bytes only.
 */
export interface PathLab {
  /** Network namespaces, sender first. */
  hosts: readonly string[];
  /** Address of the host that is so many cables away. */
  hop(number: number, family?: 4 | 6): string;
  target(family?: 4 | 6): string;
  /** Whether the kernel has told every cable's ends that they are connected: it takes a second for several. */
  isUp(): Promise<boolean>;
  /** Starts a program on the target; ended by `remove`. */
  serve(argv: string[]): ChildProcess;
  remove(): Promise<void>;
}

const CABLES = 4;
export const NARROW_MTU = 1_300;

export async function makePath(): Promise<PathLab> {
  const id = process.pid.toString(36);
  const hosts = Array.from({ length: CABLES + 1 }, (_, number) => `nsp${number}${id}`);
  const children: ChildProcess[] = [];
  const name = (number: number): string => hosts[number] ?? '';
  const hop = (number: number, family: 4 | 6 = 4): string => (family === 4 ? `10.77.${number}.2` : `2001:db8:77:${number}::2`);
  const ip = (host: number, ...argv: string[]): Promise<unknown> => run('ip', ['-n', name(host), ...argv]);
  const lab: PathLab = {
    hosts,
    hop,
    target: family => hop(CABLES, family),
    async isUp() {
      const links = await Promise.all(hosts.map(host => run('ip', ['-n', host, '-o', 'link', 'show', 'type', 'veth'])));
      return links.every(({ stdout }) => !/state (?!UP)/.test(stdout));
    },
    serve(argv) {
      const child = spawn('ip', ['netns', 'exec', name(CABLES), ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      return child;
    },
    async remove() {
      await Promise.all(children.map(child => new Promise(resolve => (child.once('close', resolve), child.kill('SIGKILL')))));
      for (const host of hosts) await run('ip', ['netns', 'delete', host]).catch(() => {}); // not all are there after a failed start
    },
  };
  try {
    for (const host of hosts) {
      await run('ip', ['netns', 'add', host]);
      // Routers may answer as often as they are asked: how many is what the tests count.
      const settings = [
        'net.ipv4.ip_forward=1',
        'net.ipv6.conf.all.forwarding=1',
        'net.ipv4.icmp_ratemask=0',
        'net.ipv6.icmp.ratelimit=0',
        'net.ipv6.conf.all.accept_dad=0',
        'net.ipv6.conf.default.accept_dad=0',
      ];
      await run('ip', ['netns', 'exec', host, 'sysctl', '-qw', ...settings]);
      await run('ip', ['-n', host, 'link', 'set', 'lo', 'up']);
    }
    for (let cable = 1; cable <= CABLES; cable++) {
      const [near, far] = [`far${cable}`, `near${cable}`];
      await run('ip', ['link', 'add', near, 'netns', name(cable - 1), 'type', 'veth', 'peer', 'name', far, 'netns', name(cable)]);
      for (const [host, device, end] of [
        [cable - 1, near, 1],
        [cable, far, 2],
      ] as const) {
        await ip(host, 'address', 'add', `10.77.${cable}.${end}/24`, 'dev', device);
        await ip(host, 'address', 'add', `2001:db8:77:${cable}::${end}/64`, 'dev', device, 'nodad');
        await ip(host, 'link', 'set', device, 'mtu', cable === 3 ? String(NARROW_MTU) : '1500', 'up');
      }
    }
    for (let host = 0; host <= CABLES; host++) {
      for (let cable = 1; cable <= CABLES; cable++) {
        if (cable === host || cable === host + 1) continue; // its own cables
        const [via4, via6] = cable > host ? [hop(host + 1), hop(host + 1, 6)] : [`10.77.${host}.1`, `2001:db8:77:${host}::1`];
        await ip(host, 'route', 'add', `10.77.${cable}.0/24`, 'via', via4);
        await ip(host, 'route', 'add', `2001:db8:77:${cable}::/64`, 'via', via6);
      }
    }
    return lab;
  } catch (thrown) {
    await lab.remove();
    throw thrown;
  }
}
