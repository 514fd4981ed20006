import path from 'node:path';
import type { StreamMap, StreamName, ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { SCOPES, type Scope } from '@shared/model/settings';
import { type Language, text, toEnglish } from '@shared/text/index';
import type { Engine } from '../engine/create-engine';
import type { Caller, CallOptions } from '../engine/tool';
import { createHome } from '../home';
import { helperFile, startHelper } from '../start-helper';
import type { ServerAddress, ServerConnection } from '../transports/server-client';
import { VERSION } from '../version';

/** Where the CLI sends its calls: a running Netsonde, or an engine of its own. Found at the first call, kept until it is gone. */
export interface CliTarget {
  call(name: string, input: unknown, options: CallOptions): Promise<ToolReply<unknown>>;
  /** Makes sure of a source of streams. @returns how to listen, and the URL of the server; null for the own engine */
  streams(): Promise<CliStreams>;
  close(): Promise<void>;
}

export interface CliStreams {
  url: string | null;
  subscribe<Name extends StreamName>(
    stream: Name,
    params: StreamMap[Name]['params'],
    onEvent: (event: StreamMap[Name]['event']) => void,
  ): () => void;
  /** Tells when the server went away; never for the own engine. */
  onLost(listener: () => void): void;
}

export interface TargetOptions {
  server: string | undefined;
  /** Default: NETSONDE_TOKEN. */
  token?: string | undefined;
  language: Language;
  verbose: (message: string) => void;
  /** For tools of the interface's own: the user's, not an agent's. */
  asUser?: boolean | undefined;
  /** The command stays until what it began is over: its own engine may begin it. */
  staysOpen?: boolean;
}

/** Tools that look back: the history of an engine that starts now would be empty, which is not the answer. */
const HISTORY_TOOLS: ReadonlySet<string> = new Set([
  'get_network_summary',
  'list_connections',
  'analyze_patterns',
  'get_packet_drop_summary',
  'list_packet_drops',
]);

/** Tools of what outlives a call: the engine of a command that ends would take it along. */
const CAPTURE_TOOLS: ReadonlySet<string> = new Set([
  'start_packet_capture',
  'stop_packet_capture',
  'get_capture_status',
  'get_capture_report',
]);

/** Asked where nothing else says which server; the same server under the name it has for itself. */
const DEFAULT_SERVER = 'http://localhost:8080';
const DEFAULT_SERVER_ITSELF = 'http://127.0.0.1:8080';

/**
 * `--server` must answer; else the server of the runtime file; else the one at port 8080, if it shows that it knows the token
 * in NETSONDE_TOKEN; else an engine in this process, except for tools of event history.
 */
export function openTarget(options: TargetOptions): CliTarget {
  const { language, verbose } = options;
  let connection: ServerConnection | undefined;
  let engine: Promise<Engine> | undefined;
  let closed = false;

  const findServer = async (): Promise<ServerConnection | null> => {
    if (connection?.isOpen) return connection;
    connection = (await findConnection(options)) ?? undefined;
    if (closed) connection?.close(); // while it was looked for
    return connection ?? null;
  };
  const ownEngine = (): Promise<Engine> => {
    if (!engine) verbose('No server runs; measuring in this process.');
    engine ??= startEngine(language);
    return engine;
  };
  const caller: Caller = { id: 'cli', door: 'cli', scopes: new Set<Scope>(SCOPES), language };

  return {
    async call(name, input, callOptions) {
      const found = await findServer();
      if (found) return found.call(name, input, callOptions);
      if (HISTORY_TOOLS.has(name) || (CAPTURE_TOOLS.has(name) && !options.staysOpen)) throw await whyNoServer(options);
      const own = await ownEngine();
      // The engine's own timers do not keep a process alive; a call under way must.
      const alive = setInterval(() => {}, 60_000);
      return own.call(name, input, caller, callOptions).finally(() => clearInterval(alive));
    },
    async streams() {
      const found = await findServer();
      if (found) {
        return {
          url: found.url,
          subscribe: (...subscription) => found.subscribe(...subscription),
          onLost: listener => found.onClose(listener),
        };
      }
      const own = await ownEngine();
      return {
        url: null,
        // The engine publishes what StreamMap says for each name.
        subscribe: (stream, params, onEvent) => own.subscribe(stream, params, event => onEvent(event as never)),
        onLost: () => {},
      };
    },
    async close() {
      closed = true;
      connection?.close();
      await (await engine)?.stop();
    },
  };
}

/** An engine for as long as the command: it knows the hosts of the home, and forgets passwords when it ends. */
async function startEngine(language: Language): Promise<Engine> {
  const { createEngine } = await import('../engine/create-engine');
  const { openHostStore } = await import('../engine/hosts/host-store');
  const home = createHome(process.env);
  return createEngine({
    version: VERSION,
    helper: startHelper(),
    language: () => language,
    captureFolder: path.join(home.data, 'captures'),
    helperFile: helperFile(),
    hostStore: openHostStore(name => home.file('config', name)),
  });
}

/** @throws NetsondeError unreachable or unauthorized, with what to do, where `openTarget` would measure itself */
export async function connectToNetsonde(options: TargetOptions): Promise<ServerConnection> {
  const found = await findConnection(options);
  if (!found) throw await whyNoServer(options);
  return found;
}

/** @throws NetsondeError for a server that was named: unreachable, or unauthorized without a token or with a wrong one */
async function findConnection({ server, token, language, verbose, asUser }: TargetOptions): Promise<ServerConnection | null> {
  const given = token || process.env.NETSONDE_TOKEN; // an empty one is none
  if (!server) return connectToFound(given, { language, verbose, asUser });
  const { connectToServer } = await import('../transports/server-client');
  const connection = await connectToServer({ url: server, token: given || (await tokenOf(server)) }, language, { asUser });
  verbose(`Asking ${server}.`);
  return connection;
}

/** The token of the server of this home, where that is the one that is asked for. */
async function tokenOf(url: string): Promise<string> {
  const { answersHealth, findRunning } = await import('../transports/runtime-file');
  const running = await findRunning(createHome(process.env));
  if (running && isSameServer(running.url, url)) return running.token;
  if (!(await answersHealth(url))) throw await unreachable(url);
  throw noToken(url);
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isSameServer(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return a.port === b.port && (a.hostname === b.hostname || (LOOPBACK.has(a.hostname) && LOOPBACK.has(b.hostname)));
}

async function connectToFound(
  token: string | undefined,
  how: Pick<TargetOptions, 'language' | 'verbose' | 'asUser'>,
): Promise<ServerConnection | null> {
  const { verbose } = how;
  const { findRunning, knowsToken } = await import('../transports/runtime-file');
  const running = await findRunning(createHome(process.env));
  if (running) {
    const found = await tryToConnect(running, how);
    if (found) {
      verbose(`Using the running server ${running.url} (pid ${running.pid}).`);
      return found;
    }
  }
  // Nobody said that this port is Netsonde's: the token goes only to a server that has it.
  if (!token || !(await knowsToken(DEFAULT_SERVER_ITSELF, token))) return null;
  const found = await tryToConnect({ url: DEFAULT_SERVER_ITSELF, token }, how);
  if (found) verbose(`Using the server at ${DEFAULT_SERVER}.`);
  return found;
}

async function tryToConnect(
  address: ServerAddress,
  { language, verbose, asUser }: Pick<TargetOptions, 'language' | 'verbose' | 'asUser'>,
): Promise<ServerConnection | null> {
  const { connectToServer } = await import('../transports/server-client');
  try {
    return await connectToServer(address, language, { asUser });
  } catch (thrown) {
    // It ended or renewed its token between the two questions.
    if (!(thrown instanceof NetsondeError)) throw thrown;
    verbose(toEnglish(thrown.text));
    return null;
  }
}

async function whyNoServer({ token = process.env.NETSONDE_TOKEN }: TargetOptions): Promise<NetsondeError> {
  const { answersHealth } = await import('../transports/runtime-file');
  if (!(await answersHealth(DEFAULT_SERVER_ITSELF))) return unreachable(DEFAULT_SERVER);
  if (!token) return noToken(DEFAULT_SERVER);
  return new NetsondeError('unauthorized', text('cli.unproved', { url: DEFAULT_SERVER }), {
    hint: text('cli.unproved_hint', { url: DEFAULT_SERVER }),
  });
}

async function unreachable(url: string): Promise<NetsondeError> {
  return (await import('../transports/server-client')).unreachable(url);
}

function noToken(url: string): NetsondeError {
  return new NetsondeError('unauthorized', text('cli.no_token', { url }), { hint: text('cli.no_token_hint') });
}
