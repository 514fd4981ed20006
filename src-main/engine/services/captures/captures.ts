import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import { listSome } from '@shared/list-some';
import type { CaptureAnalysisResult, CaptureMode, CaptureStarted, CaptureStatus, CaptureSummary } from '@shared/model/capture';
import type { Coverage, Measured, MeasuredSource } from '@shared/model/source';
import { type Language, type Text, text } from '@shared/text/index';
import { pipedCapture } from '../../collectors/capture/pipe';
import { readGateways } from '../../collectors/interfaces/gateways';
import type { Host } from '../../hosts/host';
import type { Clock } from '../clock';
import type { EventService } from '../events/event-service';
import { checkInterfaceName } from '../iface-name';
import type { InterfaceService } from '../interfaces';
import type { SocketService } from '../sockets';
import { createPublisher, type Stop } from '../stream';
import { createAnalysisThreads, type FlowPackets } from './analysis-thread';
import { createFlowOwners } from './attribution';
import { checkFilter } from './check-filter';
import { createFileAnalyses, type FileAnalysis } from './file-analyses';
import { type CapturePlan, filterOf, planCapture } from './plan';
import { resolveName, routeTo } from './resolve';
import { type Session, startSession } from './session';
import { parseTrigger, watchTrigger } from './trigger';
import { reportIn } from './worded-report';

export interface StartRequest {
  target: string;
  mode: CaptureMode;
  duration: number;
  interface?: string | undefined;
  save: boolean;
  max_packets: number;
  filter?: string | undefined;
  trigger?: string | undefined;
}

/** Whose call it is: captures of others are reached by their id only. */
export interface CaptureCaller {
  id: string;
  language: Language;
}

export interface CaptureService {
  start(
    host: Host,
    request: StartRequest,
    caller: CaptureCaller,
    signal: AbortSignal,
  ): Promise<Measured<CaptureStarted> & { plan: CapturePlan }>;
  /** Analyses what comes through a pipe, live, until it ends. @returns the id of the capture */
  attach(
    host: Host,
    stream: Readable,
    name: string,
    caller: CaptureCaller,
  ): Promise<{ session_id: string; ended: Promise<void> }>;
  /** The second stop of a capture gives the same report: `again` says so. */
  stop(sessionId: string | undefined, caller: CaptureCaller): Promise<Measured<CaptureStatus> & { again: boolean }>;
  status(sessionId: string | undefined, caller: CaptureCaller): Measured<CaptureStatus>;
  analyseFile(
    file: string,
    name: string,
    caller: CaptureCaller,
    options: { signal: AbortSignal; onProgress: (done: number) => void },
  ): Promise<Omit<FileAnalysis, 'report'> & { analysis: CaptureAnalysisResult }>;
  /** The report of a capture or an analysed file, with lists as long as they are kept. @throws NetsondeError not_found */
  report(
    sessionId: string | undefined,
    caller: CaptureCaller,
  ): { id: string; analysis: CaptureAnalysisResult | null; coverage: Coverage; source: MeasuredSource };
  packets(sessionId: string, stream: number): Promise<FlowPackets>;
  /** Forgets a capture and removes what it saved; of a running one it is stopped first. */
  remove(sessionId: string): Promise<void>;
  list(language: Language): CaptureSummary[];
  listen(language: Language, onEvent: (event: { captures: CaptureSummary[] }) => void): Stop;
  listenOne(sessionId: string, language: Language, onEvent: (event: Measured<CaptureStatus>) => void): Stop;
  stop_all(): Promise<void>;
}

export interface CaptureServiceOptions {
  clock: Clock;
  version: string;
  interfaces: InterfaceService;
  sockets: SocketService;
  events: EventService;
  /** null: nothing can be saved. */
  folder: string | null;
}

/** Captures at once (threat-model section 4, row 12). */
const MAX_RUNNING = 4;
/** Reports kept, and of those the latest whose packets can still be asked for. */
const MAX_SESSIONS = 20;
const MAX_THREADS = 4;
const SAVE_FILE_BYTES = 64 << 20;
const SAVE_BYTES = 256 << 20;
const RING_SECONDS = 10;
/** A pipe ends when its writer does; this is only the limit of the timer. */
const LONGEST_PIPE_S = 24 * 3_600;
const TELL_MS = 500;
/** Rows of each list in the answer of status and stop; get_capture_report has the others. */
const STATUS_ROWS = 100;

export function createCaptureService(options: CaptureServiceOptions): CaptureService {
  const { clock, interfaces, folder } = options;
  const sessions = new Map<string, Session>();
  const threads = createAnalysisThreads(clock);
  const files = createFileAnalyses(clock, threads);
  const changes = createPublisher<void>();
  let telling = false;

  /** At most twice a second, however much comes. */
  const tell = (): void => {
    if (telling || changes.listeners === 0) return;
    telling = true;
    clock.after(TELL_MS, () => {
      telling = false;
      changes.publish();
    });
  };
  // Somebody waits for the end of a file: it is told at once.
  files.listen(change => (change === 'done' ? changes.publish() : tell()));

  const running = (): Session[] => [...sessions.values()].filter(({ isRunning }) => isRunning);

  function byId(sessionId: string): Session {
    const session = sessions.get(sessionId);
    if (session) return session;
    const known = [...sessions.keys()];
    throw new NetsondeError(
      'not_found',
      text('captures.no_session', { id: sessionId, list: known.length > 0 ? listSome(known) : text('captures.no_sessions') }),
    );
  }

  function find(sessionId: string | undefined, caller: CaptureCaller): Session {
    if (sessionId !== undefined) return byId(sessionId);
    // The running one, else the latest; captures of other callers are reached by their id only.
    const own = [...sessions.values()].reverse().filter(({ owner }) => owner === caller.id);
    const found = own.find(({ isRunning }) => isRunning) ?? own[0];
    if (!found) throw new NetsondeError('not_found', text('captures.none'), { hint: text('captures.none_hint') });
    return found;
  }

  /** With lists as long as they are kept. */
  function statusOf(session: Session, language: Language): Measured<CaptureStatus> {
    const { losses, ...status } = session.status(language);
    const lost = (losses.dropped_by_kernel ?? 0) + (losses.dropped_by_interface ?? 0);
    const isUnknown = session.isRunning && losses.received === null && status.source.backend !== 'helper';
    const caveats: (string | Text)[] = [...status.source.caveats];
    if (losses.snaplen_reduced_at !== null) caveats.push(text('captures.headers_only', { time: losses.snaplen_reduced_at }));
    if (isUnknown) caveats.push(text('captures.counts_unknown', { backend: status.source.backend }));
    return {
      ...status,
      coverage: coverageOf(status.started_at, status.current_packet_count, lost, status.problem),
      source: { ...status.source, caveats },
    };
  }

  function shortStatusOf(session: Session, language: Language): Measured<CaptureStatus> {
    const status = statusOf(session, language);
    return { ...status, analysis: status.analysis && cutLists(status.analysis, STATUS_ROWS) };
  }

  function list(language: Language): CaptureSummary[] {
    const captures = [...sessions.values()].map(session => summaryOf(session, language));
    return [...captures, ...files.list(language)].sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
  }

  /** The oldest reports make room; of older ones the packets are let go. */
  function tidy(): void {
    const ended = [...sessions.values()].filter(({ isRunning }) => !isRunning);
    for (const session of ended.slice(0, Math.max(0, sessions.size - MAX_SESSIONS))) {
      session.release();
      sessions.delete(session.id);
    }
    for (const session of ended.slice(0, -MAX_THREADS)) session.release();
  }

  function keep(session: Session): void {
    sessions.set(session.id, session);
    session.listen(tell);
    void session.ended.then(tidy);
    tell();
  }

  return {
    async start(host, request, caller, signal) {
      const active = running();
      if (active.length >= MAX_RUNNING) {
        const nextMs = Math.min(...active.map(({ endsAtMs }) => endsAtMs)) - clock.monotonicMs();
        throw new NetsondeError(
          'busy',
          text('captures.limit', { count: MAX_RUNNING, seconds: Math.max(1, Math.ceil(nextMs / 1_000)) }),
          { hint: text('captures.limit_hint') },
        );
      }
      const trigger = request.trigger === undefined ? null : parseTrigger(request.trigger);
      if (trigger !== null && trigger.on !== 'rate' && host.kind !== 'local') {
        throw new NetsondeError('unsupported', text('events.only_local', { host: host.name }), {
          hint: text('events.only_local_hint', { host: host.name }),
        });
      }
      const [known, gateways] = await Promise.all([
        interfaces.list(host, signal),
        readGateways(host, signal),
        request.filter === undefined ? null : checkFilter(host, request.filter, signal),
      ]);
      if (request.interface !== undefined && request.interface !== 'any')
        checkInterfaceName(host, request.interface, known.interfaces);
      const plan = planCapture(request.target, request.mode, known.details);
      const addresses = plan.name === null ? plan.addresses : await resolveName(host, plan.name, signal);
      const [first] = addresses;
      const iface =
        request.interface ?? plan.interface ?? (first === undefined ? null : await routeTo(host, first, signal)) ?? known.default;
      if (iface === null) throw new NetsondeError('not_found', text('captures.no_interface'));
      const id = crypto.randomUUID();
      const save = request.save ? { prefix: savePrefix(folder, id), file_bytes: SAVE_FILE_BYTES, max_bytes: SAVE_BYTES } : null;
      try {
        const session = await startSession(
          {
            plan: {
              session_id: id,
              host: host.name,
              target: request.target,
              mode: request.mode,
              resolved_mode: plan.mode,
              interface: iface,
              filter: filterOf(plan, addresses, request.filter, host.ownTraffic),
              resolved_addresses: addresses,
              save: request.save,
              trigger: request.trigger ?? null,
            },
            host,
            clock,
            owner: caller.id,
            language: caller.language,
            version: options.version,
            interface: { name: iface, index: known.details.find(({ name }) => name === iface)?.index ?? null },
            duration_s: request.duration,
            max_packets: request.max_packets,
            save,
            ring_seconds: RING_SECONDS,
            context: {
              ownAddresses: known.details.flatMap(detail => detail.addresses.map(address => address.split('/')[0] ?? address)),
              gateways,
              portFilter: plan.mode !== 'domain' || plan.port !== null || request.filter !== undefined,
            },
            lookups: plan.mode === 'domain' && plan.name !== null ? { name: plan.name, addresses } : null,
            owners: createFlowOwners(host, options.sockets, options.events),
            threads,
            watch: trigger && ((onTrigger, rate) => watchTrigger(trigger, options.events, clock, rate, onTrigger)),
          },
          signal,
        );
        keep(session);
        const status = statusOf(session, caller.language);
        return { ...session.head, note: null, coverage: status.coverage, source: status.source, plan };
      } catch (thrown) {
        throw withoutRights(thrown);
      }
    },
    async attach(host, stream, name, caller) {
      const session = await startSession(
        {
          plan: {
            session_id: crypto.randomUUID(),
            host: host.name,
            target: name,
            mode: 'auto',
            resolved_mode: 'auto',
            interface: 'pipe',
            filter: '',
            resolved_addresses: [],
            save: false,
            trigger: null,
          },
          host,
          clock,
          owner: caller.id,
          language: caller.language,
          version: options.version,
          interface: { name: 'pipe', index: null },
          duration_s: LONGEST_PIPE_S,
          max_packets: Number.MAX_SAFE_INTEGER,
          save: null,
          ring_seconds: 0,
          context: undefined,
          lookups: null,
          // Processes of another machine are not known here.
          owners: { look: () => Promise.resolve(), readEvents: () => Promise.resolve(), ownerOf: () => null, known: new Map() },
          threads,
          backends: [pipedCapture(stream)],
          watch: null,
        },
        new AbortController().signal,
      );
      keep(session);
      return { session_id: session.id, ended: session.ended };
    },
    async stop(sessionId, caller) {
      const session = find(sessionId, caller);
      const again = !session.isRunning;
      await session.stop('stopped');
      return { ...shortStatusOf(session, caller.language), again };
    },
    status: (sessionId, caller) => shortStatusOf(find(sessionId, caller), caller.language),
    async analyseFile(file, name, caller, work) {
      const { report, ...analysed } = await files.analyse(file, name, work);
      return { ...analysed, analysis: reportIn(report, caller.language) };
    },
    report(sessionId, caller) {
      const file = sessionId === undefined ? undefined : files.find(sessionId);
      if (file)
        return {
          id: file.session_id,
          analysis: reportIn(file.report, caller.language),
          coverage: file.coverage,
          source: file.source,
        };
      const session = find(sessionId, caller);
      const { analysis, coverage, source } = statusOf(session, caller.language);
      return { id: session.id, analysis, coverage, source };
    },
    async packets(sessionId, stream) {
      const file = files.find(sessionId);
      if (file) return files.packets(sessionId, stream);
      return (await sessions.get(sessionId)?.packets(stream)) ?? { lines: [], forgotten: 0 };
    },
    async remove(sessionId) {
      if (files.remove(sessionId)) return tell();
      const session = byId(sessionId);
      await session.stop('stopped');
      session.release();
      session.removeFiles();
      sessions.delete(sessionId);
      tell();
    },
    list,
    listen(language, onEvent) {
      threads.prepare(); // whoever looks at captures may start one
      const publish = (): void => onEvent({ captures: list(language) });
      const stop = changes.listen(publish);
      publish();
      return stop;
    },
    listenOne(sessionId, language, onEvent) {
      const session = byId(sessionId);
      const publish = (): void => onEvent(shortStatusOf(session, language));
      const stop = session.listen(publish);
      publish();
      return stop;
    },
    async stop_all() {
      await Promise.all(running().map(session => session.stop('stopped')));
      for (const session of sessions.values()) session.release();
      files.stop();
      threads.stop();
    },
  };
}

/** Unprivileged: whatever the last backend lacked, rights are what is asked for first. */
function withoutRights(thrown: unknown): NetsondeError {
  const error = asNetsondeError(thrown);
  if (error.code !== 'permission_denied' && error.code !== 'tool_missing' && error.code !== 'unsupported') return error;
  if (process.getuid?.() === 0 && error.code !== 'permission_denied') return error;
  return new NetsondeError('permission_denied', text('captures.no_rights', { why: error.text }), {
    hint: text('helper.install_hint'),
    cause: thrown,
  });
}

function savePrefix(folder: string | null, id: string): string {
  if (folder === null) throw new NetsondeError('unsupported', text('captures.no_folder'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return path.join(folder, `capture-${id}`);
}

function summaryOf(session: Session, language: Language): CaptureSummary {
  const status = session.status(language);
  const { analysis } = status;
  return {
    session_id: session.id,
    kind: 'capture',
    status: status.status,
    stop_reason: status.stop_reason,
    problem: status.problem,
    title: status.target,
    mode: status.resolved_mode,
    host: status.host,
    interface: status.interface,
    started_at: status.started_at,
    ends_at: status.ends_at,
    is_armed: status.is_armed,
    trigger: status.trigger,
    packets: status.current_packet_count,
    rate: session.isRunning ? session.rate : null,
    progress: null,
    saved_file: status.saved_file,
    saved_bytes: status.saved_file === null ? null : status.saved_files.reduce((sum, { bytes }) => sum + bytes, 0),
    saved_files: status.saved_files,
    verdict: analysis?.verdict ?? null,
    worst: analysis?.problems_detected[0]?.severity ?? null,
  };
}

/** Shorter lists; the totals beside them stay. */
export function cutLists(analysis: CaptureAnalysisResult, rows: number): CaptureAnalysisResult {
  const { connection_analysis, datagrams } = analysis;
  return {
    ...analysis,
    connection_analysis: { ...connection_analysis, connections: connection_analysis.connections.slice(0, rows) },
    datagrams: { ...datagrams, flows: datagrams.flows.slice(0, rows) },
    dns_queries: analysis.dns_queries.slice(0, rows),
    http_requests: analysis.http_requests.slice(0, rows),
    tls_handshakes: analysis.tls_handshakes.slice(0, rows),
    problems_detected: analysis.problems_detected.slice(0, rows),
  };
}

/** What was seen and lost; "no packets" and "cannot see" differ by it. */
function coverageOf(since: string, seen: number, lost: number, problem: string | null): Coverage {
  const gaps = problem === null ? [] : [{ from: since, to: null, reason: problem }];
  return { since, seen_total: seen, lost, gaps };
}
