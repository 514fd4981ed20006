import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { type Scope } from '@shared/model/settings';
import { type Language, pickLanguage, text } from '@shared/text/index';
import type { Engine } from '../engine/create-engine';
import { createSettings } from '../engine/services/settings';
import { type CallOptions, failure } from '../engine/tool';
import { tools } from '../engine/tools/index';
import type { Home } from '../home';
import type { ToolCaller } from './mcp/handlers';
import { createStdioServer } from './mcp/servers';
import { findRunning, type RunningServer } from './runtime-file';

/** What an agent that starts the program itself may do: the same as the main token of `serve`. */
const OWN_SCOPES: readonly Scope[] = ['read', 'capture'];
/** A longer line is no call; the SDK then ends the connection. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

export interface StdioBridgeOptions {
  home: Home;
  version: string;
  stdin?: Readable;
  stdout?: Writable;
  /** stderr: stdout holds protocol messages only. */
  log?: (line: string) => void;
}

/**
 * MCP on stdin and stdout, both eras. Starts at once, whether or not a server runs: clients never ask again after one
 * failure. Each call goes to the running server of this home, else to an engine of this process.
 * @returns when the client has closed its end
 */
export async function runStdioBridge({
  home,
  version,
  stdin = process.stdin,
  stdout = process.stdout,
  log = console.error,
}: StdioBridgeOptions): Promise<void> {
  const language = languageOf(home, log);
  const target = createTarget(home, version, language, log);
  const caller: ToolCaller = {
    tools: new Map(tools.map(tool => [tool.name, tool])),
    language,
    call: (...call) => target.call(...call),
  };
  const ended = Promise.withResolvers<void>();
  const transport = new EndingTransport(stdin, stdout, ended.resolve);
  const handle = serveStdio(() => createStdioServer({ version }, caller), {
    legacy: 'serve',
    transport,
    onerror: error => log(`MCP on stdio: ${error.message}`),
  });
  log('Listening on stdio...');
  await ended.promise;
  await handle.close();
  await target.close();
}

/** Says when the connection is over: end of input, a broken pipe or a line beyond the limit. */
class EndingTransport extends StdioServerTransport {
  constructor(
    stdin: Readable,
    stdout: Writable,
    private readonly onEnd: () => void,
  ) {
    super(stdin, stdout, { maxBufferSize: MAX_LINE_BYTES });
  }

  override async close(): Promise<void> {
    await super.close();
    this.onEnd();
  }
}

interface Target {
  call(name: string, input: unknown, options: CallOptions): Promise<ToolReply<unknown>>;
  close(): Promise<void>;
}

/** The running server, looked up again whenever it cannot be reached; an own engine while there is none. */
function createTarget(home: Home, version: string, language: Language, log: (line: string) => void): Target {
  let server: RunningServer | null = null;
  let engine: Promise<Engine> | undefined;

  const startEngine = async (): Promise<Engine> => {
    const { createEngine } = await import('../engine/create-engine');
    log('No Netsonde server runs; measuring in this process.');
    return createEngine({ version, language: () => language });
  };

  return {
    async call(name, input, options) {
      const signal = options.signal ?? new AbortController().signal;
      try {
        // Asked again after a restart of the server: its port and token may be others.
        for (const known of [server, null]) {
          server = known ?? (await findRunning(home));
          if (!server) break;
          const reply = await askServer(server, name, input, language, signal);
          if (reply) return reply;
          log(`The server at ${server.url} no longer answers.`);
        }
        server = null;
        engine ??= startEngine();
        return await (await engine).call(
          name,
          input,
          { id: 'stdio', door: 'mcp', scopes: new Set(OWN_SCOPES), language },
          options,
        );
      } catch (thrown) {
        return failure(thrown, language);
      }
    },
    async close() {
      await (await engine)?.stop();
    },
  };
}

/**
 * One call over REST: closing the request cancels the work there.
 * @returns null when nobody answers: the work was not begun
 */
async function askServer(
  { url, token }: RunningServer,
  name: string,
  input: unknown,
  language: Language,
  signal: AbortSignal,
): Promise<ToolReply<unknown> | null> {
  let response: Response;
  try {
    response = await fetch(new URL('/api/mcp/call', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': language, authorization: `Bearer ${token}` },
      body: JSON.stringify({ server_name: 'netsonde', tool_name: name, args: input ?? {} }),
      signal,
    });
  } catch (thrown) {
    if (signal.aborted) throw new NetsondeError('cancelled', text('error.cancelled'), { cause: thrown });
    if (causeCode(thrown) === 'ECONNREFUSED') return null;
    throw new NetsondeError('unreachable', text('cli.unreachable', { url }), {
      hint: text('cli.unreachable_hint', { url }),
      cause: thrown,
    });
  }
  // The token was renewed: the runtime file has the new one.
  if (response.status === 401) return null;
  return (await response.json()) as ToolReply<unknown>; // every route answers the envelope (tool-contract section 5)
}

function causeCode(thrown: unknown): unknown {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

/** Broken settings must not keep an agent from starting: it would never try again. */
function languageOf(home: Home, log: (line: string) => void): Language {
  try {
    return createSettings(home.file('config', 'settings.json')).language();
  } catch (thrown) {
    log(thrown instanceof Error ? thrown.message : String(thrown));
    return pickLanguage(process.env.LANG);
  }
}
