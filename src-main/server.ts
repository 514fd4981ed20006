import { isIPv6 } from 'node:net';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import type { Scope } from '@shared/model/settings';
import { type Text, text, translate } from '@shared/text/index';
import { createEngine, type Engine } from './engine/create-engine';
import { openHostStore } from './engine/hosts/host-store';
import type { Secrets } from './engine/hosts/secrets';
import { createSettings, type SettingsService } from './engine/services/settings';
import { createTokens, type TokenService } from './engine/services/tokens';
import type { Caller } from './engine/tool';
import type { HelperInstaller } from './helper/elevate';
import type { Home } from './home';
import { helperFile, startHelper } from './start-helper';
import { createBrowserSessions } from './transports/http/browser-sessions';
import { callerOf, createGuard, type Guard } from './transports/http/guard';
import { createListener, type ListenerLimits } from './transports/http/listener';
import { createOpenAnswers } from './transports/http/open-answers';
import { holderOf, listen, ownAddresses } from './transports/http/port';
import type { Route } from './transports/http/router';
import { listStaticFiles, pageCsp, sendStaticFile } from './transports/http/static-files';
import { createMcpRoute } from './transports/mcp/route';
import { testMcp } from './transports/mcp/self-test';
import { countCalls } from './transports/rest/calls';
import { restRoutes } from './transports/rest/routes';
import { findRunning, removeRuntimeFile, writeRuntimeFile } from './transports/runtime-file';
import { proofOf } from './transports/server-proof';
import { createWebSocketDoor } from './transports/websocket';

/** Loading takes 0.2 s, on a busy machine longer: a server without a helper is still one. */
const HELPER_PATIENCE_MS = 1_000;
const DEFAULT_ADDRESS = '127.0.0.1';
const DEFAULT_GRANT: readonly Scope[] = ['read', 'capture'];
const UNSPECIFIED = new Set(['0.0.0.0', '::']);
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

export interface ListenOptions {
  home: Home;
  /** Asked for: taken is then an error. Default 7663 or the next free one. */
  port?: number | undefined;
  address?: string | undefined;
  /** Let the REST routes of the old servers answer without a token. */
  restOpen?: boolean | undefined;
  /** The built interface. */
  rendererDir: string;
  version: string;
  limits?: Partial<ListenerLimits>;
}

export interface ServerOptions extends ListenOptions {
  engine: Engine;
  settings: SettingsService;
  tokens: TokenService;
}

export interface RunningListener {
  url: string;
  /** Signs a browser in; holds the main token. */
  signInUrl: string;
  mcpUrl: string;
  token: string;
  notices: readonly string[];
  /** MCP clients seen lately. */
  mcpClients(): number;
  close(): Promise<void>;
}

export interface NetsondeOptions extends ListenOptions {
  /** What the main token may do. */
  grant?: readonly Scope[] | undefined;
  /** The desktop app's: it can ask for an administrator's password. */
  installer?: HelperInstaller;
  /** The desktop app's: it has a keychain. */
  secrets?: Secrets;
}

/** The whole product without a window: engine, settings, tokens and the one listener. */
export async function startNetsonde(options: NetsondeOptions): Promise<RunningListener & { engine: Engine }> {
  const { home, version, grant = DEFAULT_GRANT, installer } = options;
  const settings = createSettings(home.file('config', 'settings.json'));
  const tokens = createTokens({ secretFile: home.file('config', 'token'), file: home.file('config', 'tokens.json'), grant });
  let listener: RunningListener | undefined;
  const helper = startHelper();
  const engine = createEngine({
    version,
    helper,
    settings,
    tokens,
    helperFile: helperFile(),
    hostStore: openHostStore(name => home.file('config', name), { secrets: options.secrets }),
    captureFolder: path.join(home.data, 'captures'),
    language: () => settings.language(),
    listenerInfo: () => (listener ? { url: listener.url, mcp_url: listener.mcpUrl } : null),
    notices: () => [...(listener?.notices ?? [])],
    mcpClients: () => listener?.mcpClients() ?? null,
    installer: installer
      ? {
          isAvailable: () => installer.isAvailable(),
          run: (action, signal) => installer.run(action, signal).finally(() => helper.lookAgain()),
        }
      : null,
    testMcp: signal => (listener ? testMcp(listener.mcpUrl, tokens.primarySecret(), version, signal) : Promise.resolve(null)),
  });
  try {
    // Whoever finds a server finds one that watches: 0.2 s later, and what happens from then on is known.
    await helper.settled(HELPER_PATIENCE_MS);
    const running = await startServer({ ...options, engine, settings, tokens });
    listener = running;
    return {
      url: running.url,
      mcpUrl: running.mcpUrl,
      notices: running.notices,
      engine,
      // Asked each time: the main token can be renewed while the server runs.
      get token() {
        return running.token;
      },
      get signInUrl() {
        return running.signInUrl;
      },
      mcpClients: () => running.mcpClients(),
      async close() {
        await running.close();
        await engine.stop();
      },
    };
  } catch (thrown) {
    await engine.stop();
    throw thrown;
  }
}

/**
 * Serves the interface, MCP and REST for an engine.
 * @throws NetsondeError busy when a server of this home answers already or the port asked for is taken
 */
export async function startServer(options: ServerOptions): Promise<RunningListener> {
  const { home, settings, tokens, version, restOpen = false, rendererDir, address = DEFAULT_ADDRESS } = options;
  const other = await findRunning(home);
  if (other)
    throw new NetsondeError('busy', text('server.runs_already', { url: other.url, pid: other.pid }), {
      hint: text('server.runs_already_hint'),
    });

  const { engine, calls } = countCalls(options.engine, noteCalls(tokens));
  const browsers = createBrowserSessions(home.file('data', 'browser-sessions.json'));
  const files = await listStaticFiles(rendererDir);
  const mcp = createMcpRoute({ version }, home.file('data', 'mcp-sessions.json'));
  const webSocket = createWebSocketDoor(engine);
  const prove = (nonce: string): string | null => proofOf(tokens.primarySecret(), nonce, url);
  const answers = createOpenAnswers();
  const routes = new Map(
    [...restRoutes({ engine, version, startedAtMs: performance.now(), calls, prove }), ['/mcp', mcpRoute()] as const].map(
      ([path, route]) => [path, route.access === 'token' ? answers.watch(route) : route],
    ),
  );
  let guard: Guard | undefined;
  let csp = '';

  const server = createListener({
    guard: () => {
      if (!guard) throw new Error('A request came before the port was known.');
      return guard;
    },
    find: path => routes.get(path) ?? pageRoute(path),
    upgrade: { path: '/ws', accept: (...request) => webSocket.accept(...request) },
    restOpen,
    limits: options.limits,
  });
  const listening = await listen(server, { ...options, address }, holderOf(engine, settings.language())).catch(
    async (thrown: unknown) => {
      webSocket.close();
      await mcp.close();
      throw thrown;
    },
  );
  const { port } = listening;
  // Out of file descriptors, say: the next connection is taken when there are some again.
  server.on('error', error =>
    console.error(JSON.stringify({ level: 'warning', message: `A connection was not taken: ${error.message}` })),
  );
  const ownName = UNSPECIFIED.has(address) ? DEFAULT_ADDRESS : address;
  const url = `http://${isIPv6(ownName) ? `[${ownName}]` : ownName}:${port}`;
  guard = createGuard({ addresses: UNSPECIFIED.has(address) ? ownAddresses() : [address], port, tokens, browsers });
  csp = pageCsp([
    `ws://127.0.0.1:${port}`,
    `ws://localhost:${port}`,
    ...(LOOPBACK.has(ownName) ? [] : [url.replace('http', 'ws')]),
  ]);

  const notices: (string | Text)[] = [...home.notices, ...listening.notices];
  if (!LOOPBACK.has(address)) notices.push(text('server.open_address', { address }));
  const announce = (): void => {
    try {
      writeRuntimeFile(home, { url, token: tokens.primarySecret(), pid: process.pid, version });
    } catch (thrown) {
      // It serves all the same; the CLI and the stdio bridge will not find it.
      notices.push(asNetsondeError(thrown).text);
    }
  };
  let secret = tokens.primarySecret();
  announce();
  const stopListening = tokens.listen(() => {
    if (tokens.primarySecret() !== secret) {
      secret = tokens.primarySecret();
      browsers.endAll();
      announce();
    }
    webSocket.recheck(request => guard?.stillWelcome(request, 'page') ?? false);
    answers.recheck(request => guard?.stillWelcome(request, 'token') ?? false);
  });

  function mcpRoute(): Route {
    return {
      methods: ['GET', 'POST', 'DELETE'],
      access: 'token',
      body: 'json',
      async handle({ request, response, body, visitor, signal }) {
        // MCP follows the setting: its clients send no language of their user.
        const language = settings.language();
        const caller = callerOf(visitor, 'mcp', language);
        await mcp.handle(request, response, body, visitor.id, {
          caller: {
            tools: engine.tools,
            language,
            call: (name, input, callOptions) => engine.call(name, input, caller, callOptions),
          },
          closed: signal,
          hasRoom: () => !response.writableNeedDrain,
          method: methodOf(body),
        });
      },
    };
  }

  function pageRoute(path: string): Route | undefined {
    const file = files.get(path);
    if (!file && path !== '/') return undefined;
    return {
      methods: ['GET'],
      access: 'page',
      async handle({ response }) {
        if (!file)
          throw new NetsondeError('bad_request', text('server.not_built'), { hint: text('server.not_built_hint'), status: 404 });
        await sendStaticFile(response, file, csp);
      },
    };
  }

  return {
    url,
    mcpUrl: `${url}/mcp`,
    get token() {
      return tokens.primarySecret();
    },
    get signInUrl() {
      return `${url}/?token=${tokens.primarySecret()}`;
    },
    notices: notices.map(notice => translate(notice, settings.language())),
    mcpClients: () => mcp.clients(),
    async close() {
      stopListening();
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      webSocket.close();
      await mcp.close();
      server.closeAllConnections();
      await closed;
      tokens.flush();
      removeRuntimeFile(home, process.pid);
    },
  };
}

function methodOf(body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 'method' in body && typeof body.method === 'string'
    ? body.method
    : undefined;
}

/** When and how often each token is used. */
function noteCalls(tokens: TokenService): (caller: Caller) => void {
  return ({ id, door }) => {
    if (door === 'mcp' || door === 'rest') tokens.noteCall(id);
  };
}
