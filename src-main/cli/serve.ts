import { NetsondeError } from '@shared/errors';
import { SCOPES, type Scope } from '@shared/model/settings';
import { type Language, text, translate } from '@shared/text/index';
import { createHome } from '../home';
import { rendererFolder } from '../places';
import { VERSION } from '../version';

export interface ServeOptions {
  port?: number;
  host?: string;
  /** Comma-separated scopes of the main token. */
  grant?: string;
  restOpen?: boolean;
  language: Language;
}

/** How long a clean end may take before the process ends all the same. */
const STOP_LIMIT_MS = 3_000;

/** A signal that asks this process to end. Further ones change nothing: npm passes on a Ctrl-C that has come already. */
function endSignal(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/**
 * Serves MCP, REST and the interface on loopback until a signal comes.
 * @returns the exit code; 0 also when another Netsonde of the same home serves already (its link is printed)
 * @throws {NetsondeError} when that one would have to be another one to do what the options ask
 */
export async function serve({ port, host, grant, restOpen = false, language }: ServeOptions): Promise<number> {
  const [{ startNetsonde }, { findRunning }] = await Promise.all([import('../server'), import('../transports/runtime-file')]);
  const say = (...args: Parameters<typeof text>): string => translate(text(...args), language);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const home = createHome(process.env);
  const running = await findRunning(home);
  const asked = Object.entries({ port, host, grant, 'rest-open': restOpen || undefined })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name}`);
  if (running && asked.length > 0) {
    const { pid } = running;
    throw new NetsondeError('busy', text('cli.already_running', { pid }), {
      hint: text('cli.already_running_hint', { options: asked.join(', '), pid }),
    });
  }
  if (running) {
    print(say('cli.already_running', { pid: running.pid }));
    print(say('cli.open_link', { link: `${running.url}/?token=${running.token}` }));
    return 0;
  }
  const ended = endSignal();
  const server = await startNetsonde({
    home,
    port,
    address: host,
    grant: parseScopes(grant),
    restOpen,
    rendererDir: rendererFolder(),
    version: VERSION,
  });
  if (process.getuid?.() === 0) print(say('cli.as_root'));
  for (const notice of server.notices) print(notice);
  print(say('cli.serving', { url: server.url, mcp: server.mcpUrl }));
  print(say('cli.open_link', { link: server.signInUrl }));
  await ended;
  print(say('cli.stopping'));
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  await server.close();
  return 0;
}

/** MCP on stdin and stdout: asks the running server, else an engine of this process. */
export async function serveStdio(): Promise<number> {
  const [{ runStdioBridge }, { startHelper }] = await Promise.all([
    import('../transports/stdio-bridge'),
    import('../start-helper'),
  ]);
  await runStdioBridge({ home: createHome(process.env), version: VERSION, openHelper: startHelper });
  return 0;
}

function parseScopes(grant: string | undefined): Scope[] | undefined {
  if (grant === undefined) return undefined;
  return grant.split(',').map(name => {
    const found = SCOPES.find(scope => scope === name.trim());
    if (!found)
      throw new NetsondeError('invalid_argument', text('cli.unknown_scope', { name: name.trim(), list: SCOPES.join(', ') }));
    return found;
  });
}
