import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createEngine, type Engine, type EngineOptions } from '../../src-main/engine/create-engine';
import type { Caller } from '../../src-main/engine/tool';
import type { Language } from '../../src-shared/text/index';

const caller: Caller = { id: 'test', door: 'interface', scopes: new Set(['read', 'capture', 'remote']), language: 'en' };

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
