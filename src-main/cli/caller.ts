import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { SCOPES, type Scope } from '@shared/model/settings';
import { type Language, text } from '@shared/text/index';
import type { Caller, CallOptions } from '../engine/tool';
import { createHome, type Home } from '../home';
import { VERSION } from '../version';

/** Where the CLI sends its calls: a running Netsonde, or an engine of its own. */
export interface CliTarget {
  /** For `--verbose` and messages. */
  readonly where: string;
  call(name: string, input: unknown, options?: CallOptions): Promise<ToolReply<unknown>>;
  close(): Promise<void>;
}

export interface TargetOptions {
  server: string | undefined;
  language: Language;
  verbose: (message: string) => void;
}

const HEALTH_TIMEOUT_MS = 1_000;

/**
 * `--server` (token from NETSONDE_TOKEN) must answer; else the server of the runtime file; else an engine in this process.
 * @throws NetsondeError unreachable when `--server` does not answer
 */
export async function openTarget({ server, language, verbose }: TargetOptions): Promise<CliTarget> {
  if (server) {
    await requireHealthy(server);
    return remoteTarget(server, process.env.NETSONDE_TOKEN ?? '', language);
  }
  const running = await runningServer(createHome(process.env));
  if (running) {
    verbose(`Using the running server ${running.url} (pid ${running.pid}).`);
    return remoteTarget(running.url, running.token, language);
  }
  verbose('No server runs; measuring in this process.');
  return ownTarget(language);
}

async function runningServer(home: Home) {
  const { findRunning } = await import('../transports/runtime-file');
  return findRunning(home);
}

async function requireHealthy(url: string): Promise<void> {
  const hint = text('cli.unreachable_hint', { url });
  try {
    const response = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    if (response.ok) return;
    throw new NetsondeError('unreachable', text('cli.unhealthy', { url, status: response.status }), { hint });
  } catch (thrown) {
    if (thrown instanceof NetsondeError) throw thrown;
    throw new NetsondeError('unreachable', text('cli.unreachable', { url }), { hint, cause: thrown });
  }
}

function remoteTarget(url: string, token: string, language: Language): CliTarget {
  return {
    where: url,
    async call(name, input, { signal } = {}) {
      try {
        const response = await fetch(new URL('/api/mcp/call', url), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'accept-language': language,
            ...(token && { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify({ server_name: 'netsonde', tool_name: name, args: input }),
          signal: signal ?? null,
        });
        // Every route answers the envelope, errors included (tool-contract section 5).
        return (await response.json()) as ToolReply<unknown>;
      } catch (thrown) {
        if (signal?.aborted) throw new NetsondeError('cancelled', text('error.cancelled'), { cause: thrown });
        throw new NetsondeError('unreachable', text('cli.unreachable', { url }), {
          hint: text('cli.unreachable_hint', { url }),
          cause: thrown,
        });
      }
    },
    close: () => Promise.resolve(),
  };
}

async function ownTarget(language: Language): Promise<CliTarget> {
  const { createEngine } = await import('../engine/create-engine');
  const engine = createEngine({ version: VERSION });
  const caller: Caller = { id: 'cli', door: 'cli', scopes: new Set<Scope>(SCOPES), language };
  return {
    where: 'this process',
    async call(name, input, options) {
      // The engine's own timers do not keep a process alive; a call under way must.
      const alive = setInterval(() => {}, 60_000);
      return engine.call(name, input, caller, options).finally(() => clearInterval(alive));
    },
    close: () => engine.stop(),
  };
}
