import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Helper } from '../../src-main/helper/supervisor';
import type { TestNetwork } from '../support/network';
import { type Lab, openLab, type Reply } from './engine-lab';
import { openHelper } from './helper-lab';

/** An engine with a helper of its own, as `netsonde serve` makes them. */
export interface EventLab extends Lab {
  helper: Helper;
  /** Data of a call that succeeds. */
  ask<Data>(tool: string, input?: unknown): Promise<Data>;
  close(): Promise<void>;
}

/** Resolves once the helper reports what happens. */
export async function openEventLab(): Promise<EventLab> {
  const helper = await openHelper();
  const lab = openLab({ helper });
  await helper.session().counts(5_000); // the kinds that were asked for stand before it in the pipe
  return {
    ...lab,
    helper,
    async ask<Data>(tool: string, input: unknown = {}): Promise<Data> {
      const reply: Reply = await lab.call(tool, input);
      if (!reply.success) throw new Error(`${tool}: ${reply.message}`);
      return reply.data as unknown as Data; // the tool's schema has checked it
    },
    close: () => lab.engine.stop(),
  };
}

/** Resolves at the next state of that sort, or at once. */
export function helperBecomes(helper: Helper, wanted: Helper['state']['state']): Promise<void> {
  return new Promise(resolve => {
    const stop = helper.listen({
      onState({ state }) {
        if (state !== wanted) return;
        queueMicrotask(() => stop());
        resolve();
      },
    });
  });
}

/** Runs JavaScript to its end as a process of that name in a namespace. @returns what it printed and its pid */
export async function runScript(
  network: TestNetwork,
  namespace: string,
  name: string,
  script: string,
): Promise<{ pid: number; output: string }> {
  const child = startScript(network, namespace, name, script);
  let output = '';
  let complaints = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${complaints}`);
  return { pid: child.pid ?? 0, output: output.trim() };
}

/** `ip netns exec` becomes the program: the child's pid is the script's. */
export function startScript(network: TestNetwork, namespace: string, name: string, script: string): ChildProcess {
  return network.start(namespace, [process.execPath, '-e', `process.title = ${JSON.stringify(name)};\n${script}`]);
}

/** Inode of a namespace, by which events of other tests and of the machine are told apart. */
export async function namespaceInode(network: TestNetwork, namespace: string): Promise<number> {
  return Number(/\d+/.exec(await network.run(namespace, ['readlink', '/proc/self/ns/net']))?.[0]);
}
