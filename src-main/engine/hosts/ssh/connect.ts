import { NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import ssh2, { type AnyAuthMethod, type AuthHandlerMiddleware, type Client, type ConnectConfig } from 'ssh2';
import { fingerprint, type KeyVerdict } from './known-hosts';

export const CONNECT_MS = 10_000;
/** A connection is taken for lost when the next one would be due and so many have no answer: after 15 s at most. */
const KEEPALIVE_MS = 5_000;
const KEEPALIVES = 2;

/** Who logs in, and by what. Tried in this order: agent, keys, password, questions. */
export interface Login {
  username: string;
  /** Path of the socket of an SSH agent. */
  agent: string | null;
  keys: readonly { privateKey: Buffer; passphrase: string | undefined }[];
  password: string | undefined;
}

export interface Target {
  /** What the user calls it. */
  name: string;
  /** As the user wrote it: known keys are filed under this name. */
  address: string;
  port: number;
  login: Login;
  /** SHA-1 and CBC, for hosts that know nothing else. */
  legacy: boolean;
}

/** Decides about a key before anything of the user is sent. */
export type KeyCheck = (key: Buffer) => KeyVerdict;

/**
 * Opens an SSH connection.
 * @param through an open connection of the jump host
 * @throws NetsondeError unreachable, host_key_unknown, host_key_changed, auth_failed, cancelled
 */
export async function connect(
  target: Target,
  check: { verdict: KeyCheck; keyTypes: readonly string[] },
  options: { through?: Client | undefined; signal?: AbortSignal | undefined },
): Promise<Client> {
  const { through, signal } = options;
  signal?.throwIfAborted();
  const sock = through && (await tunnel(through, target));
  if (signal?.aborted) sock?.destroy();
  signal?.throwIfAborted();
  const client = new ssh2.Client();
  let refused: NetsondeError | null = null;
  const config: ConnectConfig = {
    host: target.address,
    port: target.port,
    ...(sock && { sock }),
    username: target.login.username,
    readyTimeout: CONNECT_MS,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVES,
    agentForward: false,
    algorithms: algorithms(check.keyTypes, target.legacy, through !== undefined),
    hostVerifier: (key: Buffer) => {
      const verdict = check.verdict(key);
      if (verdict !== 'known') refused = keyError(target, key, verdict);
      return verdict === 'known';
    },
    authHandler: authMethods(target.login),
  };
  return new Promise((resolve, reject) => {
    let wasReady = false;
    const fail = (error: NetsondeError): void => {
      client.destroy();
      sock?.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(new NetsondeError('cancelled', text('collect.cancelled', { program: 'ssh' })));
    signal?.addEventListener('abort', onAbort, { once: true });
    client
      .on('ready', () => {
        wasReady = true;
        signal?.removeEventListener('abort', onAbort);
        // Its default waits for more to send: 45 ms a command.
        client.setNoDelay(true);
        resolve(client);
      })
      .on('error', (error: Error & { level?: string; code?: string }) => {
        // The agent does not answer, or holds a key it may not use: ssh2 goes on with what comes next.
        if (error.level === 'agent') return;
        signal?.removeEventListener('abort', onAbort);
        if (!wasReady) fail(refused ?? connectError(target, error));
      })
      .on('close', () => {
        signal?.removeEventListener('abort', onAbort);
        if (!wasReady) fail(refused ?? unreachable(target, text('ssh.closed')));
      })
      .connect(config);
  });
}

type Tunnel = NonNullable<ConnectConfig['sock']> & { destroy(): void };

/** A way through the jump host, which waits for an answer as long as its own system does: two minutes, say. */
function tunnel(through: Client, target: Target): Promise<Tunnel> {
  const { address, port } = target;
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(unreachable(target, text('ssh.timeout', { seconds: CONNECT_MS / 1_000 })));
    }, CONNECT_MS);
    const failed = (cause: Error): void => {
      clearTimeout(timer);
      const why = sanitizeUntrusted(cause.message);
      reject(new NetsondeError('unreachable', text('ssh.jump_failed', { host: address, why }), { cause }));
    };
    try {
      through.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
        clearTimeout(timer);
        if (error) failed(error);
        else if (isLate) stream.destroy();
        else resolve(stream);
      });
    } catch (thrown) {
      failed(thrown instanceof Error ? thrown : new Error(String(thrown))); // a connection that is closed throws at once
    }
  });
}

/** Each thing that can be tried once, as far as the server takes it. */
function authMethods({ username, agent, keys, password }: Login): AuthHandlerMiddleware {
  const methods: AnyAuthMethod[] = [];
  if (agent !== null) methods.push({ type: 'agent', username, agent });
  for (const { privateKey, passphrase } of keys) {
    methods.push({ type: 'publickey', username, key: privateKey, ...(passphrase !== undefined && { passphrase }) });
  }
  if (password !== undefined) {
    methods.push({ type: 'password', username, password });
    methods.push({
      type: 'keyboard-interactive',
      username,
      // A password is given to one question whose answer is not shown; other questions need a person.
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.length === 1 && prompts[0]?.echo !== true ? [password] : prompts.map(() => '')),
    });
  }
  return (left, _partial, next) => {
    for (let method = methods.shift(); method; method = methods.shift()) {
      const name = method.type === 'agent' ? 'publickey' : method.type;
      // Before the first try the server has not said what it takes.
      if (left === null || left === undefined || left.includes(name)) return next(method);
    }
    next(false as never); // the types do not know that false ends it, the documentation does
  };
}

const KEX = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group14-sha256',
] as const;
const HOST_KEYS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;
/** ssh2 1.17 computes ChaCha20 in one buffer for all: within itself, that is through a jump host, it garbles what it sends. */
const CHACHA = 'chacha20-poly1305@openssh.com';
const CIPHERS = ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', CHACHA, 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'] as const;
const MACS = ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'] as const;

/** The kinds of key by which the host is known come first: it would else show another one, which nobody could judge. */
function algorithms(known: readonly string[], legacy: boolean, isTunnelled: boolean): NonNullable<ConnectConfig['algorithms']> {
  const ciphers = CIPHERS.filter(cipher => !isTunnelled || cipher !== CHACHA);
  const isKnown = (name: string): boolean => known.includes(name) || (name.startsWith('rsa-sha2') && known.includes('ssh-rsa'));
  const serverHostKey = [...HOST_KEYS].sort((one, other) => Number(isKnown(other)) - Number(isKnown(one)));
  if (!legacy) return { kex: [...KEX], serverHostKey, cipher: ciphers, hmac: [...MACS] };
  return {
    kex: [...KEX, 'diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1'],
    serverHostKey: [...serverHostKey, 'ssh-rsa'],
    cipher: [...ciphers, 'aes256-cbc', 'aes128-cbc'],
    hmac: [...MACS, 'hmac-sha1'],
  };
}

function keyError({ name, address, port }: Target, key: Buffer, verdict: KeyVerdict): NetsondeError {
  const values = { name, host: port === 22 ? address : `${address}:${port}`, fingerprint: fingerprint(key) };
  if (verdict === 'unknown') {
    return new NetsondeError('host_key_unknown', text('ssh.key_unknown', values), {
      hint: text('ssh.key_unknown_hint', values),
      data: { fingerprint: values.fingerprint, key: key.toString('base64') },
    });
  }
  const key_text = verdict === 'revoked' ? 'ssh.key_revoked' : 'ssh.key_changed';
  return new NetsondeError('host_key_changed', text(key_text, values), {
    hint: text('ssh.key_changed_hint', values),
    data: { fingerprint: values.fingerprint },
  });
}

/** What went wrong before there was a connection, in words. */
export function connectError(target: Target, error: Error & { level?: string; code?: string }): NetsondeError {
  const { address: host, port, login } = target;
  if (error.level === 'client-authentication') {
    const tried = [login.agent && 'agent', ...login.keys.map(() => 'key'), login.password !== undefined && 'password'];
    return new NetsondeError('auth_failed', text('ssh.auth_failed', { host, user: login.username }), {
      hint: text(tried.some(Boolean) ? 'ssh.auth_failed_hint' : 'ssh.nothing_to_try_hint', {
        tried: [...new Set(tried.filter(Boolean))].join(', '),
      }),
      cause: error,
    });
  }
  switch (error.code) {
    case 'ECONNREFUSED':
      return unreachable(target, text('ssh.refused', { port }), error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(target, text('ssh.no_address'), error);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(target, text('ssh.no_route'), error);
    case 'ETIMEDOUT':
      return unreachable(target, text('ssh.timeout', { seconds: CONNECT_MS / 1_000 }), error);
    default:
      if (error.level === 'client-timeout')
        return unreachable(target, text('ssh.timeout', { seconds: CONNECT_MS / 1_000 }), error);
      return unreachable(target, text('ssh.protocol', { why: sanitizeUntrusted(error.message) }), error);
  }
}

function unreachable({ address, port }: Target, why: ReturnType<typeof text>, cause?: Error): NetsondeError {
  return new NetsondeError('unreachable', text('ssh.unreachable', { host: `${address}:${port}`, why }), {
    hint: text('ssh.unreachable_hint', { host: address, port }),
    cause,
  });
}
