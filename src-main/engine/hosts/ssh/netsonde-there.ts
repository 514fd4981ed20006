import { type ClientRequest, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ToolReply } from '@shared/bridge';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import type { Language } from '@shared/text/index';
import { text } from '@shared/text/index';
import type { Client } from 'ssh2';
import { z } from 'zod';
import type { SshLink } from './link';
import type { SshHost } from './ssh-host';

/** More than any answer has (tool-contract section 1: a page is 1 MB). */
const MAX_REPLY_BYTES = 4 * 1024 * 1024;
const LOOK_MS = 5_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Where the server of that account says how it is reached, by the rules of home.ts; 3 when there is none. */
const FIND_SERVER = `for f in "$NETSONDE_HOME/server.json" "$XDG_RUNTIME_DIR/netsonde/server.json" \
"/run/user/$(id -u)/netsonde/server.json" "\${XDG_DATA_HOME:-$HOME/.local/share}/netsonde/run/server.json" \
"$HOME/Library/Application Support/Netsonde/server.json"
do [ -r "$f" ] && exec cat "$f"; done; exit 3`;

const runtimeFile = z.object({ url: z.url(), token: z.string().min(1) });
const envelope = z.union([
  z.object({ success: z.literal(true), message: z.string(), data: z.unknown() }),
  z.object({
    success: z.literal(false),
    message: z.string(),
    data: z.unknown(),
    error: z.object({ code: z.string(), hint: z.string() }),
  }),
]);

/**
 * Calls a tool of the Netsonde that serves another machine, through the SSH connection: its server listens on its own
 * loopback only, and its token is read there each time and kept nowhere.
 * @throws NetsondeError not_found when none serves there, unreachable, ssh_lost, unreadable_output, cancelled
 */
export async function callThere(
  link: SshLink,
  tool: string,
  args: Record<string, unknown>,
  language: Language,
  signal: AbortSignal,
): Promise<ToolReply<unknown>> {
  const host = await link.open(signal);
  const { port, token } = await findServer(host, signal);
  const stream = await tunnel(await link.client(signal), host.name, port);
  try {
    const body = JSON.stringify({ server_name: 'netsonde', tool_name: tool, args });
    const answer = await post(stream, { port, token, language, body, signal });
    const parsed = envelope.safeParse(JSON.parse(answer));
    if (!parsed.success) throw new SyntaxError('no envelope');
    return parsed.data as ToolReply<unknown>; // checked above; the code of an error is that of a newer or older version
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new NetsondeError('unreadable_output', text('ssh.strange_answer', { host: host.name }), { cause: thrown });
  } finally {
    stream.destroy();
  }
}

async function findServer(host: SshHost, signal: AbortSignal): Promise<{ port: number; token: string }> {
  const { stdout, exitCode } = await host.exec(['sh', '-c', FIND_SERVER], { timeoutMs: LOOK_MS, signal, okExitCodes: [0, 3] });
  if (exitCode !== 0) {
    throw new NetsondeError('not_found', text('ssh.no_netsonde', { host: host.name }), {
      hint: text('ssh.no_netsonde_hint', { host: host.name }),
    });
  }
  try {
    const { url, token } = runtimeFile.parse(JSON.parse(stdout));
    const { hostname, port, protocol } = new URL(url);
    // Whatever stands there: a tunnel goes to that machine's own loopback and nowhere else.
    if (protocol !== 'http:' || !LOOPBACK.has(hostname) || port === '') throw new TypeError(`the server is at ${hostname}`);
    return { port: Number(port), token };
  } catch (cause) {
    throw new NetsondeError('unreadable_output', text('ssh.strange_answer', { host: host.name }), { cause });
  }
}

function tunnel(client: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, stream) => {
      if (!error) return resolve(stream);
      reject(
        new NetsondeError('unreachable', text('ssh.no_tunnel', { host, port, why: error.message }), {
          hint: text('ssh.no_netsonde_hint', { host }),
          cause: error,
        }),
      );
    });
  });
}

function post(
  stream: Duplex,
  { port, token, language, body, signal }: { port: number; token: string; language: Language; body: string; signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (thrown: unknown): void => {
      stream.destroy();
      reject(signal.aborted ? asNetsondeError(signal.reason) : asNetsondeError(thrown));
    };
    signal.addEventListener('abort', fail, { once: true });
    const asked: ClientRequest = request({
      createConnection: () => stream,
      method: 'POST',
      path: '/api/mcp/call',
      headers: {
        Host: `127.0.0.1:${port}`,
        Authorization: `Bearer ${token}`,
        'Accept-Language': language,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        Connection: 'close',
      },
    });
    asked.on('error', fail);
    asked.on('response', response => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes > MAX_REPLY_BYTES) fail(new SyntaxError('too long'));
      });
      response.on('error', fail);
      response.on('end', () => {
        signal.removeEventListener('abort', fail);
        resolve(Buffer.concat(parts).toString('utf8'));
      });
    });
    asked.end(body);
  });
}
