import type { Readable } from 'node:stream';
import type { StreamMap, StreamName, ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { listSome } from '@shared/list-some';
import { EVENT_KINDS } from '@shared/model/event-kinds';
import { LANGUAGES, type Language, text } from '@shared/text/index';
import { z } from 'zod';
import type { Helper } from '../helper/supervisor';
import { createCallLimiter } from './call-limiter';
import { collectWithFallback } from './collectors/backend';
import { counterBackends } from './collectors/counters/index';
import type { StreamSources, ToolContext } from './context';
import type { Host } from './hosts/host';
import { connectionsOf, type HostStore, openHostStore } from './hosts/host-store';
import { createHosts, type HostsOptions } from './hosts/hosts';
import { createLocalHost } from './hosts/local-host';
import { createAddressService } from './services/addresses';
import { createCaptureService } from './services/captures/captures';
import { createUploads, type Uploads } from './services/captures/uploads';
import { keepFor, systemClock } from './services/clock';
import { createConnectionService } from './services/connections';
import { routeEvents } from './services/events/event-router';
import { createEventService } from './services/events/event-service';
import { sampleInterfaces } from './services/interface-samples';
import { createInterfaceService } from './services/interfaces';
import { memoryFile } from './services/kept-file';
import { createPacketRateService } from './services/packet-rates';
import { watchPorts } from './services/port-changes';
import { createPortService, readListeners } from './services/ports';
import { createProcessTable } from './services/process-table';
import { createProcessTraffic } from './services/process-traffic';
import { createSettings, type SettingsService } from './services/settings';
import { keepSocketHistory } from './services/socket-history';
import { createSocketOwners } from './services/socket-owners';
import { createSocketTable } from './services/socket-table';
import { createSocketService } from './services/sockets';
import { createStatusService } from './services/status';
import type { Stop } from './services/stream';
import { createTokens, type TokenService } from './services/tokens';
import { listenTopConnections } from './services/top-connections';
import { createTrafficService } from './services/traffic';
import { createUsers } from './services/users';
import { type Caller, type CallOptions, callTool, failure, type Tool } from './tool';
import { tools as allTools } from './tools/index';
import { wordSource } from './word-source';

/** What every door uses: call a tool, listen to a stream. */
export interface Engine {
  readonly tools: ReadonlyMap<string, Tool>;
  /** Capture files that come over HTTP. */
  readonly uploads: Uploads;
  /** Analyses what comes through a pipe, live. */
  attach(stream: Readable, name: string): Promise<{ session_id: string; ended: Promise<void> }>;
  call(name: string, input: unknown, caller: Caller, options?: CallOptions): Promise<ToolReply<unknown>>;
  /** @throws NetsondeError not_found for an unknown stream, invalid_argument for wrong params */
  subscribe(stream: string, params: unknown, onEvent: (event: unknown) => void): Stop;
  /** Ends every loop and child process. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  version: string;
  /** The machine the engine runs on; another one in tests. */
  host?: Host;
  /** The privileged helper of this machine; the engine ends it. */
  helper?: Helper;
  /** Where the loopback listener answers; null while there is none. */
  listenerInfo?: () => { url: string; mcp_url: string } | null;
  /** What the user should know beside the measurements. */
  notices?: () => string[];
  mcpClients?: () => number | null;
  language?: () => Language;
  /** Where captures are saved and may be analysed from; without one nothing is saved. */
  captureFolder?: string;
  /** Kept in the home; without one they last as long as the engine. */
  settings?: SettingsService;
  tokens?: TokenService;
  testMcp?: ToolContext['testMcp'];
  installer?: ToolContext['installer'];
  /** Profiles, keys and secrets of remote hosts; without it they last as long as the engine, and OpenSSH's lists are not read. */
  hostStore?: HostStore;
  /** The helper of this build, for remote hosts that may run it. */
  helperFile?: string;
  /** Instead of what the store says. */
  remote?: Omit<HostsOptions, 'local' | 'abilities'>;
}

const noParams = z.strictObject({});
const worded = z.strictObject({ language: z.enum(LANGUAGES).optional() });
const interfaceName = z.string().min(1).max(64);
/** What a subscription may ask for; a stream without a line here cannot be subscribed to. */
const STREAM_PARAMS: { [Name in StreamName]: z.ZodType<StreamMap[Name]['params']> } = {
  interface_sample: z.strictObject({ interface: interfaceName.nullable() }),
  socket_table: worded,
  process_traffic: worded,
  socket_counts: noParams,
  top_connections: z.strictObject({ interface: interfaceName }),
  port_change: noParams,
  status: worded,
  settings: noParams,
  kernel_event: z.strictObject({
    kinds: z.array(z.enum(EVENT_KINDS)).max(EVENT_KINDS.length).optional(),
    pid: z.int().min(1).max(4_194_304).optional(),
    query: z.string().max(4_096).optional(),
    include_benign: z.boolean().optional(),
  }),
  event_rate: noParams,
  drop_rate: noParams,
  captures: worded,
  capture: worded.extend({ session_id: z.string().max(64) }),
};

/** Which interface has which address changes rarely. */
const INTERFACES_KEPT_MS = 5_000;

/** Builds every service once and starts sampling. */
export function createEngine(options: EngineOptions): Engine {
  const local = options.host ?? createLocalHost({ helper: options.helper ?? null });
  const clock = systemClock;
  const tools = new Map(allTools.map(tool => [tool.name, tool]));
  const limiter = createCallLimiter();
  const ending = new AbortController();

  const owners = createSocketOwners({ clock, signal: ending.signal });
  const users = createUsers(clock);
  const sockets = createSocketService({ clock, owners, processes: createProcessTable(), users });
  const table = createSocketTable(() => sockets.read(local), clock);
  const interfaces = createInterfaceService();
  const recentInterfaces = keepFor(INTERFACES_KEPT_MS, clock, () => interfaces.list(local));
  const samples = sampleInterfaces(async () => (await collectWithFallback(counterBackends, local, undefined)).rows, clock);
  const portChanges = watchPorts(async () => {
    // On the same slow beat: later questions about sockets find most owners known.
    if (local.kind === 'local' && local.platform === 'linux') await owners.refresh();
    return readListeners(local, sockets);
  }, clock);
  const socketCounts = keepSocketHistory(() => sockets.read(local), clock);
  const language = options.language ?? (() => 'en');
  const processTraffic = createProcessTraffic(local, users, clock);
  const events = routeEvents(createEventService({ host: local, clock, users, language }), clock, host =>
    createEventService({ host, clock, users, language }),
  );
  const captures = createCaptureService({
    clock,
    version: options.version,
    interfaces,
    sockets,
    events,
    folder: options.captureFolder ?? null,
  });
  const uploads = createUploads(options.captureFolder ?? null, clock);
  const status = createStatusService({
    version: options.version,
    host: local,
    owners,
    clock,
    language,
    listenerInfo: options.listenerInfo ?? (() => null),
    notices: options.notices ?? (() => []),
    mcpClients: options.mcpClients ?? (() => null),
    callsRunning: () => limiter.running,
    canInstall: () => options.installer?.isAvailable() ?? false,
  });
  const settings = options.settings ?? createSettings(memoryFile());
  const hostStore = options.hostStore ?? openHostStore(() => memoryFile(), { knownHosts: [] });
  const remote = options.remote ?? { ...connectionsOf(hostStore), adHoc: () => false };
  const hosts = createHosts({ local, abilities: status.abilities, helperFile: options.helperFile ?? null, ...remote });
  const context: ToolContext = {
    hosts,
    hostStore,
    interfaces,
    samples,
    traffic: createTrafficService(interfaces, sockets, clock),
    connections: createConnectionService(sockets),
    ports: createPortService({ sockets }),
    packetRates: createPacketRateService(interfaces, clock),
    events,
    captures,
    uploads,
    addresses: createAddressService(local, clock),
    status,
    settings,
    tokens: options.tokens ?? createTokens({ secretFile: memoryFile(), file: memoryFile(), grant: [] }),
    installer: options.installer ?? null,
    testMcp: options.testMcp ?? (() => Promise.resolve(null)),
  };
  const streams: StreamSources = {
    interface_sample: (params, onEvent) => samples.listen(params, onEvent),
    process_traffic: ({ language: asked }, onEvent) =>
      processTraffic.listen(event => onEvent(wordSource(event, asked ?? language()))),
    socket_table: ({ language: asked }, onEvent) => table.listen(event => onEvent(wordSource(event, asked ?? language()))),
    socket_counts: (_params, onEvent) => socketCounts.listen(onEvent),
    top_connections: (params, onEvent) =>
      listenTopConnections(
        { host: local, table, interfaces: recentInterfaces, samples: samples.latest },
        params.interface,
        onEvent,
      ),
    port_change: (_params, onEvent) => portChanges.listen(onEvent),
    status: ({ language: asked }, onEvent) => status.listen(asked, onEvent),
    settings: (_params, onEvent) => settings.listen(onEvent),
    kernel_event: (params, onEvent) => events.live(params, onEvent),
    event_rate: (_params, onEvent) => events.rates(onEvent),
    drop_rate: (_params, onEvent) => events.dropRates(onEvent),
    captures: ({ language: asked }, onEvent) => captures.listen(asked ?? language(), onEvent),
    capture: ({ session_id, language: asked }, onEvent) => {
      const spoken = asked ?? language();
      return captures.listenOne(session_id, spoken, event => onEvent(wordSource(event, spoken)));
    },
  };

  return {
    tools,
    uploads,
    attach: (stream, name) => captures.attach(local, stream, name, { id: 'interface', language: language() }),
    async call(name, input, caller, callOptions = {}) {
      const signal = callOptions.signal ? AbortSignal.any([callOptions.signal, ending.signal]) : ending.signal;
      try {
        return await limiter.run(caller.id, signal, () =>
          callTool(tools, context, name, input, caller, { ...callOptions, signal }),
        );
      } catch (thrown) {
        return failure(thrown, caller.language); // busy, or cancelled while waiting
      }
    },
    subscribe(stream, params, onEvent) {
      const source = Object.hasOwn(STREAM_PARAMS, stream) ? streamOf(streams, stream as StreamName) : undefined; // hasOwn has checked it
      if (!source)
        throw new NetsondeError(
          'not_found',
          text('error.stream_missing', { name: stream, list: listSome(Object.keys(streams)) }),
        );
      return source(params, onEvent);
    },
    async stop() {
      // First, while there is still a helper: a capture that runs ends with its report.
      await captures.stop_all();
      uploads.stop();
      hosts.stop();
      ending.abort();
      samples.stop();
      portChanges.stop();
      socketCounts.stop();
      status.stop();
      events.stop();
      options.helper?.stop();
    },
  };
}

/** A stream that checks its params; undefined when no service offers it. */
function streamOf<Name extends StreamName>(
  streams: StreamSources,
  name: Name,
): ((params: unknown, onEvent: (event: unknown) => void) => Stop) | undefined {
  const source = streams[name];
  if (!source) return undefined;
  return (params, onEvent) => {
    const parsed = STREAM_PARAMS[name].safeParse(params ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new NetsondeError(
        'invalid_argument',
        text('error.invalid_because', { name: issue?.path.join('.') || name, reason: issue?.message ?? '' }),
      );
    }
    return source(parsed.data, onEvent);
  };
}
