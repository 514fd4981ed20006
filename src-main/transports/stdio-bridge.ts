import type { Readable, Writable } from 'node:stream';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { ToolReply } from '@shared/bridge';
import { asNetsondeError } from '@shared/errors';
import { type Scope } from '@shared/model/settings';
import { type Language, pickLanguage } from '@shared/text/index';
import type { Engine, EngineOptions } from '../engine/create-engine';
import { createSettings } from '../engine/services/settings';
import { type CallOptions, failure } from '../engine/tool';
import { tools } from '../engine/tools/index';
import type { Home } from '../home';
import type { ToolCaller } from './mcp/handlers';
import { createStdioServer } from './mcp/servers';
import { findRunning } from './runtime-file';
import { connectToServer, type ServerConnection } from './server-client';
import { createStdioPipe } from './stdio-pipe';

/** What an agent that starts the program itself may do: the same as the main token of `serve`. */
const OWN_SCOPES: readonly Scope[] = ['read', 'capture'];

export interface StdioBridgeOptions {
  home: Home;
  version: string;
  stdin?: Readable;
  stdout?: Writable;
  /** stderr: stdout holds protocol messages only. */
  log?: (line: string) => void;
  /** How long calls that are under way at the end of input are waited for; 5 s. */
  lastAnswersMs?: number | undefined;
  /** For the engine of this process: it measures without one when left out. */
  openHelper?: (() => NonNullable<EngineOptions['helper']>) | undefined;
}

/**
 * MCP on stdin and stdout, both eras. Starts at once, whether or not a server runs: clients never ask again after one
 * failure. Each call goes to the running server of this home, else to an engine of this process.
 * @returns when the client has closed its end and what it asked before is answered
 */
export async function runStdioBridge({
  home,
  version,
  stdin = process.stdin,
  stdout = process.stdout,
  log = console.error,
  lastAnswersMs,
  openHelper,
}: StdioBridgeOptions): Promise<void> {
  const language = languageOf(home, log);
  const target = createTarget({ home, version, language, log, openHelper });
  const caller: ToolCaller = {
    tools: new Map(tools.map(tool => [tool.name, tool])),
    language,
    call: (...call) => target.call(...call),
  };
  const { transport, ended } = createStdioPipe(stdin, stdout, lastAnswersMs);
  const handle = serveStdio(() => createStdioServer({ version }, caller), {
    legacy: 'serve',
    transport,
    onerror: error => log(`MCP on stdio: ${error.message}`),
  });
  log('Listening on stdio...');
  await ended;
  await handle.close();
  await target.close();
}

interface Target {
  call(name: string, input: unknown, options: CallOptions): Promise<ToolReply<unknown>>;
  close(): Promise<void>;
}

/** The running server, looked up and proved again whenever its connection is gone; an own engine while there is none. */
interface TargetOptions extends Pick<StdioBridgeOptions, 'home' | 'version' | 'openHelper'> {
  language: Language;
  log: (line: string) => void;
}

function createTarget({ home, version, language, log, openHelper }: TargetOptions): Target {
  let connecting: Promise<ServerConnection | null> | undefined;
  let engine: Promise<Engine> | undefined;

  const connect = async (): Promise<ServerConnection | null> => {
    const server = await findRunning(home);
    if (!server) return null;
    return connectToServer(server, language).catch((thrown: unknown) => {
      log(asNetsondeError(thrown).message); // it ended, or its token was renewed, between the two questions
      return null;
    });
  };
  /** Calls that come at once share one connection, and one look for it. */
  const connection = async (): Promise<ServerConnection | null> => {
    for (let attempt = 1; attempt <= 2; attempt++) {
      connecting ??= connect();
      const asked = connecting;
      const found = await asked;
      if (found?.isOpen) return found;
      if (connecting === asked) connecting = undefined; // else another call has begun to connect anew
      if (!found) return null;
      log(`The server at ${found.url} no longer answers.`);
    }
    return null;
  };
  const startEngine = async (): Promise<Engine> => {
    const { createEngine } = await import('../engine/create-engine');
    log('No Netsonde server runs; measuring in this process.');
    return createEngine({ version, ...(openHelper && { helper: openHelper() }), language: () => language });
  };

  return {
    async call(name, input, options) {
      try {
        const server = await connection();
        if (server) return await server.call(name, input, options);
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
      (await connecting)?.close();
      await (await engine)?.stop();
    },
  };
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
