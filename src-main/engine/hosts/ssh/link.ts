import { asNetsondeError, type NetsondeError } from '@shared/errors';
import type { Client } from 'ssh2';
import type { KeyCheck, Target } from './connect';
import { openSshHost, type Privilege, type SshHost } from './ssh-host';

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
  /** A connection nobody used for this long is closed; 0 keeps it. */
  idleMs: number;
}

/** One connection to one machine, kept and made anew when it is needed. */
export interface SshLink {
  readonly state: LinkState;
  /** Why it is not ready. */
  readonly problem: NetsondeError | null;
  readonly host: SshHost | null;
  /** @throws NetsondeError as connecting fails */
  open(signal?: AbortSignal): Promise<SshHost>;
  /** The connection below, for a host that is reached through this one. */
  client(signal?: AbortSignal): Promise<Client>;
  close(): void;
}

export function createLink(options: LinkOptions, onChange: () => void = () => {}): SshLink {
  let current: { client: Client; host: SshHost } | null = null;
  let opening: Promise<{ client: Client; host: SshHost }> | null = null;
  let problem: NetsondeError | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function open(): Promise<{ client: Client; host: SshHost }> {
    const leave = await options.gate.enter();
    let client: Client | null = null;
    try {
      const through = await options.jump?.client();
      const { target, ...check } = await options.target();
      // Loaded when the first remote host is asked for: it is large, and most never need it.
      const { connect } = await import('./connect');
      client = await connect(target, check, { through });
      const host = await openSshHost(client, options.name, options.privilege);
      const opened = { client, host };
      client.on('close', () => {
        host.close();
        if (current === opened) current = null;
        onChange();
      });
      if (isClosed) client.end();
      current = opened;
      problem = null;
      return opened;
    } catch (thrown) {
      client?.destroy();
      problem = asNetsondeError(thrown);
      throw problem;
    } finally {
      leave();
      opening = null;
      onChange();
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
