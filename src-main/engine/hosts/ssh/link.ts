import { isDeepStrictEqual } from 'node:util';
import { asNetsondeError, type ErrorCode, NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Client } from 'ssh2';
import type { KeyCheck, Target } from './connect';
import type { Privilege } from './facts';
import type { RemoteHelper } from './remote-helper';
import { openSshHost, type SshHost } from './ssh-host';

export type LinkState = 'idle' | 'connecting' | 'ready' | 'degraded' | 'lost';

export interface LinkOptions {
  /** The name results carry. */
  name: string;
  /** Asked at every connect: secrets and keys may have come since. */
  target(): Promise<{ target: Target; verdict: KeyCheck; keyTypes: readonly string[] }>;
  /** Which way to go, when not straight. */
  jump: SshLink | null;
  /** Limits how many are being opened at once. */
  gate: Gate;
  privilege: Privilege | null;
  /** The helper of this build, where it may be run there; null: it may not. */
  helperFile: string | null;
  /** A connection nobody used for this long is closed; 0 keeps it. */
  idleMs: number;
}

/** One connection to one machine, kept and made anew when it is needed. */
export interface SshLink {
  readonly state: LinkState;
  /** Why it is not ready. */
  readonly problem: NetsondeError | null;
  readonly host: SshHost | null;
  /** Why the helper does not run there, though it may. */
  readonly helperProblem: NetsondeError | null;
  /** @throws NetsondeError as connecting fails */
  open(signal?: AbortSignal): Promise<SshHost>;
  /** The connection below, for a host that is reached through this one. */
  client(signal?: AbortSignal): Promise<Client>;
  close(): void;
}

/** What a host that let us in has to show that it can be measured. */
const SETTLE_MS = 10_000;
/** After so many failures in a row the next try waits this long; a call until then gets the last answer. */
const BACKOFF_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000];
/** What a person mends in the meantime (a key that is not known) is looked at each time. */
const BACK_OFF_ON = new Set<ErrorCode>(['unreachable', 'timeout', 'ssh_lost', 'auth_failed']);

export function createLink(options: LinkOptions, onChange: () => void = () => {}): SshLink {
  let current: { client: Client; host: SshHost } | null = null;
  let opening: Promise<{ client: Client; host: SshHost }> | null = null;
  let problem: NetsondeError | null = null;
  let helperProblem: NetsondeError | null = null;
  let failure: { count: number; atMs: number; target: Target } | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function open(): Promise<{ client: Client; host: SshHost }> {
    let client: Client | null = null;
    let leave: (() => void) | null = null;
    let target: Target | null = null;
    let early: NetsondeError | null = null;
    try {
      // Before the gate: a jump host has to come through it too.
      const through = await options.jump?.client();
      const { target: found, ...check } = await options.target();
      target = found;
      early = tooEarly(found);
      if (early) throw early;
      leave = await options.gate.enter();
      // Loaded when the first remote host is asked for: it is large, and most never need it.
      const { connect } = await import('./connect');
      client = await connect(found, check, { through });
      const opened = { client, host: await settle(client) };
      let taken: RemoteHelper | null = null;
      let isLost = false;
      const lost = (): void => {
        isLost = true;
        taken?.stop();
        opened.host.close();
        if (current === opened) current = null;
        onChange();
      };
      // Through a jump host that is gone there is an error, and never an end.
      client.once('close', lost).once('error', lost);
      taken = await takeHelper(client, opened.host);
      if (isLost) {
        taken?.stop();
        throw new NetsondeError('ssh_lost', text('ssh.lost', { host: options.name }), { hint: text('ssh.lost_hint') });
      }
      if (isClosed) client.end();
      else current = opened;
      problem = null;
      failure = null;
      return opened;
    } catch (thrown) {
      client?.destroy();
      const error = asNetsondeError(thrown);
      if (early) throw error; // nothing was tried: what is known of the host stays
      problem = error;
      failure =
        target && BACK_OFF_ON.has(error.code) ? { count: (failure?.count ?? 0) + 1, atMs: performance.now(), target } : null;
      throw error;
    } finally {
      leave?.();
      opening = null;
      onChange();
    }
  }

  /** The last problem, as long as it is too early to try the same once more. */
  function tooEarly(target: Target): NetsondeError | null {
    if (!failure || !problem || !isDeepStrictEqual(failure.target, target)) return null;
    const sinceMs = performance.now() - failure.atMs;
    if (sinceMs >= (BACKOFF_MS[Math.min(failure.count, BACKOFF_MS.length) - 1] ?? 0)) return null;
    return new NetsondeError(problem.code, text('ssh.retry', { seconds: Math.round(sinceMs / 1_000), why: problem.text }), {
      hint: problem.hintText,
      cause: problem,
    });
  }

  async function settle(client: Client): Promise<SshHost> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const why = text('ssh.timeout', { seconds: SETTLE_MS / 1_000 });
      reject(new NetsondeError('timeout', text('ssh.no_channel', { host: options.name, why }), { hint: text('ssh.lost_hint') }));
    }, SETTLE_MS);
    try {
      return await Promise.race([openSshHost(client, options.name, options.privilege), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Without it everything else still works: why it does not run stands beside the state. */
  async function takeHelper(client: Client, host: SshHost): Promise<RemoteHelper | null> {
    helperProblem = null;
    if (options.helperFile === null || host.platform !== 'linux') return null;
    try {
      const { startRemoteHelper } = await import('./remote-helper');
      const taken = await startRemoteHelper(client, options.name, host.facts.privilege, options.helperFile);
      host.helper = taken.helper;
      await taken.helper.settled();
      return taken;
    } catch (thrown) {
      helperProblem = asNetsondeError(thrown);
      return null;
    }
  }

  /** One connects for all who ask; who gives up leaves the others be. */
  async function get(signal?: AbortSignal): Promise<{ client: Client; host: SshHost }> {
    signal?.throwIfAborted();
    if (options.idleMs > 0) {
      clearTimeout(idleTimer);
      idleTimer = setTimeout(() => current?.client.end(), options.idleMs).unref();
    }
    if (current) return current;
    if (!opening) {
      opening = open();
      onChange();
    }
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(asNetsondeError(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([opening, promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  return {
    get state() {
      if (current) return current.host.facts.privilege === 'none' ? 'degraded' : 'ready';
      if (opening) return 'connecting';
      return problem ? 'lost' : 'idle';
    },
    get problem() {
      return problem;
    },
    get helperProblem() {
      return helperProblem;
    },
    get host() {
      return current?.host ?? null;
    },
    open: async signal => (await get(signal)).host,
    client: async signal => (await get(signal)).client,
    close() {
      isClosed = true;
      clearTimeout(idleTimer);
      current?.client.end();
      current = null;
    },
  };
}

/** So many at once; the others wait in turn. */
export interface Gate {
  /** @returns how to leave again */
  enter(): Promise<() => void>;
}

export function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else inside--;
  };
  return {
    async enter() {
      if (inside < width) inside++;
      else await new Promise<void>(resolve => waiting.push(resolve));
      return leave;
    },
  };
}
