import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createEngine, type Engine, type EngineOptions } from '../../src-main/engine/create-engine';
import type { Caller } from '../../src-main/engine/tool';
import type { Language } from '../../src-shared/text/index';

/** Namespaces and links need root; elsewhere the tests that make some are skipped and say so. */
export const isRoot = process.getuid?.() === 0;
export const WHY_SKIPPED = 'needs root on Linux: makes network namespaces';

const caller: Caller = { id: 'test', door: 'interface', scopes: new Set(['read']), language: 'en' };

/** An engine and its calls as a door makes them. Data is typed by the caller: the tool's own schema has checked it. */
export interface Lab {
  engine: Engine;
  call(tool: string, input?: unknown, options?: Parameters<Engine['call']>[3], language?: Language): Promise<Reply>;
}

export interface Reply {
  success: boolean;
  message: string;
  // biome-ignore lint: tests look at many shapes
  data: Record<string, never> & { [key: string]: unknown };
  error?: { code: string; hint: string };
}

export function openLab(options: Partial<EngineOptions> = {}): Lab {
  const engine = createEngine({ version: 'test', ...options });
  return {
    engine,
    call: async (tool, input = {}, callOptions = {}, language = 'en') =>
      (await engine.call(tool, input, { ...caller, language }, callOptions)) as Reply,
  }; // the envelope
}

/** Runs `ip …` and fails the test with what it said. */
export function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}

/** Kernel counters of an interface of this namespace. */
export function kernelBytes(name: string): { rx: number; tx: number } {
  const read = (direction: string): number =>
    Number(readFileSync(`/sys/class/net/${name}/statistics/${direction}_bytes`, 'utf8'));
  return { rx: read('rx'), tx: read('tx') };
}

/** A pair of links: `near` here, `far` in a namespace of its own with an address each. */
export interface Pair {
  near: string;
  nearAddress: string;
  farAddress: string;
  namespace: string;
  remove(): void;
}

let pairs = 0;

/** Addresses of 198.18.0.0/15, which is reserved for such tests. `quiet`: no address, and nothing that would send by itself. */
export function makePair(near = `nsd${process.pid % 10_000}a${pairs}`, quiet = false): Pair {
  const number = pairs++;
  const namespace = `netsonde-test-${process.pid}-${number}`;
  const [nearAddress, farAddress] = [`198.18.${number}.1`, `198.18.${number}.2`];
  ip('netns', 'add', namespace);
  const remove = (): void => {
    execFileSync('ip', ['netns', 'del', namespace], { stdio: 'ignore' });
    try {
      execFileSync('ip', ['link', 'del', 'dev', near], { stdio: 'ignore' });
    } catch {
      // gone with its namespace
    }
  };
  try {
    ip('link', 'add', 'name', near, 'type', 'veth', 'peer', 'name', 'far0', 'netns', namespace);
    if (quiet) {
      execFileSync('sysctl', ['-q', '-w', `net.ipv6.conf.${near.replaceAll('.', '/')}.disable_ipv6=1`]);
      ip('netns', 'exec', namespace, 'sysctl', '-q', '-w', 'net.ipv6.conf.far0.disable_ipv6=1');
    } else {
      ip('addr', 'add', `${nearAddress}/24`, 'dev', near);
      ip('-n', namespace, 'addr', 'add', `${farAddress}/24`, 'dev', 'far0');
    }
    ip('link', 'set', 'dev', near, 'up');
    ip('-n', namespace, 'link', 'set', 'dev', 'far0', 'up');
    ip('-n', namespace, 'link', 'set', 'dev', 'lo', 'up');
  } catch (thrown) {
    remove();
    throw thrown;
  }
  return { near, nearAddress, farAddress, namespace, remove };
}
