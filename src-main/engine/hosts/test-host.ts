import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp, isIP } from 'node:net';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import type { HostProfile, HostTestStep, ShownKey } from '@shared/model/host';
import { type Text, text } from '@shared/text/index';
import type { Client } from 'ssh2';
import type { Host } from './host';
import type { HostStore } from './host-store';
import { connectionsOf } from './host-store';
import { loginOf } from './login';
import { CONNECT_MS, connect, connectError, type Target } from './ssh/connect';
import { fingerprint, type KeyVerdict, keyType } from './ssh/known-hosts';
import { openSshHost, type SshHost } from './ssh/ssh-host';

/** A step whose words are chosen where they are read. */
export type TestStep = Omit<HostTestStep, 'text' | 'hint'> & { text: Text | string; hint: Text | string };

export interface TestResult {
  steps: TestStep[];
  /** The keys that were shown, jump hosts first, as they stand on the wire. */
  keys: (ShownKey & { key: Buffer })[];
  abilities: string[];
  /** Why it ended early; null when the host can be measured. */
  error: NetsondeError | null;
}

export interface TestOptions {
  signal: AbortSignal;
  /** Goes no further than to the key of the host: nothing is logged in to but jump hosts. */
  onlyKey?: boolean;
  onStep?: (host: string, step: TestStep['step']) => void;
}

/** Programs that measure, and without which less is seen. */
const PROGRAMS = {
  linux: ['ip', 'ss', 'netstat', 'iftop', 'tcpdump'],
  darwin: ['netstat', 'lsof', 'nettop', 'tcpdump'],
  other: [],
} as const;
const LOOK_MS = 10_000;

/** Stops a test at the step that failed. */
class StepError extends Error {
  constructor(readonly error: NetsondeError) {
    super(error.message);
  }
}

/**
 * Reaches a host step by step over a connection of its own: name, TCP, key and login of each host on the way, then its
 * shell and what can be measured there. @throws NetsondeError not_found, cancelled
 */
export async function testHost(
  store: HostStore,
  name: string,
  { signal, onlyKey = false, onStep }: TestOptions,
): Promise<TestResult> {
  const route = store.book.route(name);
  const result: TestResult = { steps: [], keys: [], abilities: [], error: null };
  const clients: Client[] = [];

  /** Takes a step and notes it. @param work gives the words of success */
  async function take<Value>(
    host: string,
    step: TestStep['step'],
    work: () => Promise<{ said: Text; value: Value }> | { said: Text; value: Value },
  ): Promise<Value> {
    signal.throwIfAborted();
    onStep?.(host, step);
    const startedMs = performance.now();
    const note = (ok: boolean, said: Text | string, hint: Text | string): void => {
      const duration_ms = Math.round((performance.now() - startedMs) * 10) / 10;
      result.steps.push({ host, step, ok, text: said, hint, duration_ms });
    };
    try {
      const { said, value } = await work();
      note(true, said, '');
      return value;
    } catch (thrown) {
      const error = asNetsondeError(thrown);
      if (error.code === 'cancelled' || error.code === 'internal') throw error;
      note(false, error.text, error.hintText);
      throw new StepError(error);
    }
  }

  async function logIn(profile: HostProfile, through: Client | undefined): Promise<Client | null> {
    const { name: host, address, port } = profile;
    const isLast = profile === route.at(-1);
    if (through) {
      // The jump host looks the name up and connects: what fails of it shows in the next step.
      await take(host, 'resolve', () => ({
        said: text('hosts.step_resolve_jump', { jump: profile.jump ?? '', address }),
        value: null,
      }));
    } else {
      await take(host, 'resolve', () => resolve(address, signal));
      await take(host, 'tcp', () => reach(profile, signal));
    }
    const attempt = attemptLogin(store, profile, { through, signal, stopAtKey: onlyKey && isLast });
    attempt.client.catch(() => {}); // told by the steps below
    if (through) await take(host, 'tcp', async () => ({ said: text('hosts.step_tcp', { port }), value: await attempt.reached }));
    await take(host, 'host_key', async () => {
      const shown = await attempt.shown;
      const { type, state, fingerprint: print } = { ...describeKey(host, shown.key, shown.verdict) };
      result.keys.push({ ...describeKey(host, shown.key, shown.verdict), key: shown.key });
      if (state !== 'known') await attempt.client;
      return { said: text('hosts.step_host_key', { type, fingerprint: print }), value: null };
    });
    if (onlyKey && isLast) return null;
    return take(host, 'login', async () => {
      const client = await attempt.client;
      clients.push(client);
      return { said: text('hosts.step_login', { user: profile.username }), value: client };
    });
  }

  try {
    let through: Client | undefined;
    for (const profile of route) through = (await logIn(profile, through)) ?? undefined;
    const target = route.at(-1);
    if (!through || !target) return result;
    const client = through;
    const host = await take(target.name, 'shell', async () => {
      const opened = await openSshHost(client, target.name, target.privilege === 'none' ? 'none' : null);
      const ms = Math.round((opened.rttMs ?? 0) * 10) / 10;
      return { said: text('hosts.step_shell', { system: opened.facts.system, ms }), value: opened };
    });
    result.abilities = await take(target.name, 'abilities', () => look(host, signal));
    host.close();
  } catch (thrown) {
    if (!(thrown instanceof StepError)) throw thrown;
    result.error = thrown.error;
  } finally {
    for (const client of clients.reverse()) client.end();
  }
  return result;
}

async function resolve(address: string, signal: AbortSignal): Promise<{ said: Text; value: null }> {
  if (isIP(address) !== 0) return { said: text('hosts.step_resolve_literal', { address }), value: null };
  try {
    const found = await abortable(lookup(address, { all: true }), signal);
    return {
      said: text('hosts.step_resolve', {
        address,
        list: found
          .map(each => each.address)
          .slice(0, 8)
          .join(', '),
      }),
      value: null,
    };
  } catch (thrown) {
    signal.throwIfAborted();
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    throw new NetsondeError('unreachable', text('hosts.step_resolve_failed', { address, reason }), {
      hint: text('hosts.step_resolve_hint'),
      cause: thrown,
    });
  }
}

async function reach(profile: HostProfile, signal: AbortSignal): Promise<{ said: Text; value: null }> {
  const { address, port } = profile;
  const socket = connectTcp({ host: address, port });
  const late = AbortSignal.timeout(CONNECT_MS);
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, late]) });
    return { said: text('hosts.step_tcp', { port }), value: null };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = late.aborted ? Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) : thrown;
    throw error instanceof Error ? connectError(targetOf(profile), error) : error;
  } finally {
    socket.destroy();
  }
}

const targetOf = ({ name, address, port, legacy, username }: HostProfile): Target => ({
  name,
  address,
  port,
  legacy,
  login: { username, agent: null, keys: [], password: undefined },
});

interface Attempt {
  /** Something that speaks SSH answers. */
  reached: Promise<null>;
  shown: Promise<{ key: Buffer; verdict: KeyVerdict }>;
  client: Promise<Client>;
}

/** Connects; `shown` is settled as soon as the key is known, `client` after the login. */
function attemptLogin(
  store: HostStore,
  profile: HostProfile,
  { through, signal, stopAtKey }: { through: Client | undefined; signal: AbortSignal; stopAtKey: boolean },
): Attempt {
  const { address, port } = profile;
  const { knownHosts, secret } = connectionsOf(store);
  const shown = Promise.withResolvers<{ key: Buffer; verdict: KeyVerdict }>();
  const client = (async () => {
    const known = knownHosts();
    let unusable: NetsondeError | null = null;
    let target = targetOf(profile);
    try {
      target = { ...target, login: loginOf(profile, secret) };
    } catch (thrown) {
      unusable = asNetsondeError(thrown); // said after the key was looked at
    }
    const verdict = (key: Buffer): KeyVerdict => {
      const found = known.check(address, port, key);
      shown.resolve({ key, verdict: found });
      // No login without something to log in with, and none that was not asked for.
      return found === 'known' && (stopAtKey || unusable) ? 'unknown' : found;
    };
    try {
      return await connect(target, { verdict, keyTypes: known.keyTypes(address, port) }, { through, signal });
    } catch (thrown) {
      throw unusable && asNetsondeError(thrown).code === 'host_key_unknown' ? unusable : thrown;
    }
  })();
  client.catch(shown.reject);
  shown.promise.catch(() => {}); // who waits for it is told
  return { reached: shown.promise.then(() => null), shown: shown.promise, client };
}

function describeKey(host: string, key: Buffer, state: KeyVerdict): ShownKey {
  return { host, type: keyType(key), fingerprint: fingerprint(key), state };
}

/** What is there to measure with, and as whom. */
async function look(host: SshHost, signal: AbortSignal): Promise<{ said: Text; value: string[] }> {
  const wanted: readonly string[] = PROGRAMS[host.platform];
  const found = await programs(host, wanted, signal);
  const missing = wanted.filter(program => !found.includes(program));
  const { privilege } = host.facts;
  const said = text(missing.length > 0 ? 'hosts.step_tools_missing' : 'hosts.step_tools', {
    privilege: text(`hosts.step_abilities_${privilege}`),
    found: found.join(', ') || text('hosts.step_none'),
    missing: missing.join(', '),
  });
  const canCapture = privilege !== 'none' && found.includes('tcpdump');
  return { said, value: ['interfaces', 'traffic', 'connections', 'ports', ...(canCapture ? ['capture'] : [])] };
}

async function programs(host: Host, wanted: readonly string[], signal: AbortSignal): Promise<string[]> {
  const script = 'for program; do command -v "$program" >/dev/null && echo "$program"; done; true';
  const { stdout } = await host.exec(['sh', '-c', script, 'sh', ...wanted], { timeoutMs: LOOK_MS, signal });
  const said = new Set(stdout.split('\n'));
  return wanted.filter(program => said.has(program));
}

function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort));
}
