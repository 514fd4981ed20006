import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { SCOPES, type Scope } from '@shared/model/settings';
import { type Language, text, toEnglish } from '@shared/text/index';
import type { Caller, CallOptions } from '../engine/tool';
import { createHome } from '../home';
import { startHelper } from '../start-helper';
import type { ServerAddress } from '../transports/server-client';
import { VERSION } from '../version';

/** Where the CLI sends its calls: a running Netsonde, or an engine of its own. */
export interface CliTarget {
  call(name: string, input: unknown, options: CallOptions): Promise<ToolReply<unknown>>;
  close(): Promise<void>;
}

export interface TargetOptions {
  server: string | undefined;
  language: Language;
  verbose: (message: string) => void;
}

/**
 * `--server` (token from NETSONDE_TOKEN) must answer; else the server of the runtime file; else an engine in this process.
 * @throws NetsondeError unreachable when `--server` does not answer, unauthorized when it does not know the token
 */
export async function openTarget({ server, language, verbose }: TargetOptions): Promise<CliTarget> {
  if (server) {
    const token = process.env.NETSONDE_TOKEN;
    if (!token)
      throw new NetsondeError('unauthorized', text('cli.no_token', { url: server }), { hint: text('cli.no_token_hint') });
    return remoteTarget({ url: server, token }, language);
  }
  const { findRunning } = await import('../transports/runtime-file');
  const running = await findRunning(createHome(process.env));
  if (running) {
    try {
      const target = await remoteTarget(running, language);
      verbose(`Using the running server ${running.url} (pid ${running.pid}).`);
      return target;
    } catch (thrown) {
      // It ended or renewed its token between the two questions.
      if (!(thrown instanceof NetsondeError)) throw thrown;
      verbose(toEnglish(thrown.text));
    }
  }
  verbose('No server runs; measuring in this process.');
  return ownTarget(language);
}

async function remoteTarget(address: ServerAddress, language: Language): Promise<CliTarget> {
  const { connectToServer } = await import('../transports/server-client');
  const server = await connectToServer(address, language);
  return {
    call: (name, input, options) => server.call(name, input, options),
    close: () => Promise.resolve(server.close()),
  };
}

async function ownTarget(language: Language): Promise<CliTarget> {
  const { createEngine } = await import('../engine/create-engine');
  const engine = createEngine({ version: VERSION, helper: startHelper() });
  const caller: Caller = { id: 'cli', door: 'cli', scopes: new Set<Scope>(SCOPES), language };
  return {
    async call(name, input, options) {
      // The engine's own timers do not keep a process alive; a call under way must.
      const alive = setInterval(() => {}, 60_000);
      return engine.call(name, input, caller, options).finally(() => clearInterval(alive));
    },
    close: () => engine.stop(),
  };
}
