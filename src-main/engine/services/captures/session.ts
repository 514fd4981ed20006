import { asNetsondeError, NetsondeError } from '@shared/errors';
import type { CaptureAnalysisResult, CaptureSession, CaptureStatus, SavedFile, StopReason } from '@shared/model/capture';
import type { FindingFlow } from '@shared/model/finding';
import type { MeasuredSource } from '@shared/model/source';
import { PCAP_HEADER } from '@shared/pcap-format';
import type { Language } from '@shared/text/index';
import { type Backend, collectWithFallback } from '../../collectors/backend';
import {
  type CaptureCounters,
  type CaptureEnd,
  type CaptureRequest,
  NO_COUNTERS,
  type RunningCapture,
} from '../../collectors/capture/capture-source';
import { captureBackends } from '../../collectors/capture/index';
import type { Host } from '../../hosts/host';
import type { Clock } from '../clock';
import { createPublisher, type Stop } from '../stream';
import type { AnalysisThread, AnalysisThreads, FlowPackets } from './analysis-thread';
import type { FlowOwners } from './attribution';
import type { LiveSetup } from './live-analysis';
import type { CaptureLosses } from './report';
import { removeSaved, type SavePlan } from './saved-packets';
import { reportIn, type WordedReport } from './worded-report';
import type { WorkerMessage } from './worker-messages';

/** Whole packets go to the analysis; so long a packet is rare on any link. */
const SNAPLEN = 65_000;
/** What is kept of a packet once the kernel loses some: headers, and the first lines of a message. */
const REDUCED_SNAPLEN = 256;
const RING_BYTES = 32 << 20;
/** Bytes on their way to the analysis; beyond, the capture waits and the kernel's ring fills: its counter tells what was lost. */
const MAX_UNREAD_BYTES = 64 << 20;
const LOOK_MS = 2_000;
/** An analysis has this long to word its last report (threat-model section 10, fault 31: 3 s in all). */
const END_PATIENCE_MS = 2_500;

export interface SessionOptions {
  plan: Omit<CaptureSession, 'started_at' | 'ends_at'>;
  host: Host;
  clock: Clock;
  owner: string;
  language: Language;
  version: string;
  interface: { name: string; index: number | null };
  duration_s: number;
  max_packets: number;
  /** Where whole packets are kept; null: nowhere. */
  save: SavePlan | null;
  ring_seconds: number;
  context: LiveSetup['context'];
  lookups: LiveSetup['lookups'];
  owners: FlowOwners;
  threads: AnalysisThreads;
  /** What captures instead of this machine: a pipe. */
  backends?: readonly Backend<CaptureRequest, RunningCapture>[];
  /** Watches for the trigger; null: it begins at once. */
  watch: ((onTrigger: () => void, rate: () => number) => Stop) | null;
}

/** One capture, from its start to its report. */
export interface Session {
  readonly id: string;
  readonly owner: string;
  readonly isRunning: boolean;
  readonly endsAtMs: number;
  readonly head: CaptureSession;
  readonly rate: number;
  status(language: Language): Omit<CaptureStatus, 'source' | 'coverage'> & { source: MeasuredSource; losses: CaptureLosses };
  /** @returns after the report is there */
  stop(reason: StopReason): Promise<void>;
  readonly ended: Promise<void>;
  packets(stream: number): Promise<FlowPackets | null>;
  listen(onChange: () => void): Stop;
  /** Lets the thread go; the report stays. */
  release(): void;
  /** Removes what it saved. */
  removeFiles(): void;
}

/** @throws NetsondeError when nothing can capture there: permission_denied, tool_missing, unsupported */
export async function startSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { plan, host, clock } = options;
  const startedMs = clock.monotonicMs();
  const startedWallMs = clock.wallMs();
  const endsAtMs = startedMs + options.duration_s * 1_000;
  const changes = createPublisher<void>();
  const head: CaptureSession = {
    ...plan,
    started_at: new Date(startedWallMs).toISOString(),
    ends_at: new Date(startedWallMs + options.duration_s * 1_000).toISOString(),
  };
  let state: 'running' | 'completed' | 'stopped' | 'failed' = 'running';
  let stopReason: StopReason | null = null;
  let problem: string | null = null;
  let endedMs: number | null = null;
  let packets = 0;
  let rate = 0;
  let armed = options.watch !== null;
  let triggeredAt: string | null = null;
  let report: WordedReport | null = null;
  let losses: CaptureLosses = { ...NO_COUNTERS, snaplen: SNAPLEN, snaplen_reduced_at: null };
  let savedFiles: SavedFile[] = [];

  // --- The analysis thread
  let tellEnded: () => void = () => {};
  const ended = new Promise<void>(resolve => (tellEnded = resolve));
  let unread = 0;
  let thread: AnalysisThread | null = options.threads.start(
    {
      kind: 'live',
      losses,
      max_packets: options.max_packets,
      context: options.context,
      lookups: options.lookups,
      ring_seconds: armed ? options.ring_seconds : 0,
      save: options.save && {
        ...options.save,
        application: `Netsonde ${options.version}`,
        interface: plan.interface,
        filter: plan.filter,
      },
    },
    onMessage,
    error => fail(error.message),
  );

  function onMessage(message: WorkerMessage): void {
    switch (message.kind) {
      case 'count':
        ({ packets, rate } = message);
        unread = Math.max(0, unread - message.taken);
        if (unread < MAX_UNREAD_BYTES / 2) control?.resume();
        if (message.ended !== null && stopReason === null) void stop(message.ended);
        changes.publish();
        return;
      case 'snapshot':
        report = attribute(message.report);
        changes.publish();
        return;
      case 'done':
        void finish(message.report, message.saved);
        return;
      case 'commented':
        tellCommented(message.saved);
        return;
      case 'failed':
        fail(message.message);
        return;
      case 'progress':
      case 'read':
    }
  }

  // --- What captures
  let control: { pause(): void; resume(): void } | null = null;
  let sourceStop = new AbortController();
  let backend: MeasuredSource | null = null;
  let earlier: CaptureCounters = NO_COUNTERS;

  const open = async (snaplen: number, skipHeader: boolean): Promise<RunningCapture> => {
    sourceStop = new AbortController();
    let toSkip = skipHeader ? PCAP_HEADER : 0;
    const { rows, source } = await collectWithFallback(
      options.backends ?? captureBackends,
      host,
      {
        interface: options.interface,
        filter: plan.filter,
        snaplen,
        buffer_bytes: RING_BYTES,
        stop: sourceStop.signal,
        onControl: given => (control = given),
        onCounters: counters => takeCounters(counters),
        onBytes(bytes) {
          const from = Math.min(toSkip, bytes.length);
          toSkip -= from;
          if (from === bytes.length) return;
          // A copy of its own, so that it can be handed over without another.
          const copy = new Uint8Array(bytes.subarray(from));
          unread += copy.length;
          thread?.send({ kind: 'bytes', bytes: copy }, [copy.buffer]);
          if (unread > MAX_UNREAD_BYTES) control?.pause();
        },
      },
      signal,
    );
    backend = source;
    const [running] = rows;
    if (!running) throw new NetsondeError('internal', 'A capture backend started nothing.');
    return running;
  };

  function takeCounters(counters: CaptureCounters): void {
    losses = { ...losses, ...sumOf(earlier, counters) };
    thread?.send({ kind: 'losses', losses });
    const isLosing = (counters.dropped_by_kernel ?? 0) > 0;
    // What is to be saved is saved whole; else headers are enough to go on with.
    if (isLosing && losses.snaplen_reduced_at === null && options.save === null && state === 'running') {
      losses = { ...losses, snaplen: REDUCED_SNAPLEN, snaplen_reduced_at: new Date(clock.wallMs()).toISOString() };
      sourceStop.abort();
    }
  }

  function follow(running: RunningCapture): void {
    void running.end.then(async end => {
      const isReducing = end.why === 'stopped' && stopReason === null && losses.snaplen_reduced_at !== null;
      if (isReducing && state === 'running') {
        earlier = sumOf(earlier, end.counters);
        try {
          follow(await open(REDUCED_SNAPLEN, true));
          return;
        } catch (thrown) {
          end = { why: 'failed', counters: NO_COUNTERS, problem: asNetsondeError(thrown).message };
        }
      }
      closeSource(end);
    });
  }

  /** Whose sockets there are when it ends: looked at while the rest is read and judged. */
  let ownersKnown: Promise<void> | null = null;
  const learnOwners = (): Promise<void> =>
    (ownersKnown ??= Promise.all([
      options.owners.look(),
      options.owners.readEvents(head.started_at).catch(() => {}), // then processes of short flows are not known
    ]).then(() => {}));

  function closeSource(end: CaptureEnd): void {
    losses = { ...losses, ...sumOf(earlier, end.counters) };
    if (end.why !== 'stopped') {
      stopReason ??= end.why === 'failed' ? null : end.why;
      problem ??= end.problem;
      if (end.why === 'failed') state = 'failed';
    }
    stopTimers();
    stopPatience = clock.after(END_PATIENCE_MS, () => fail('The analysis did not end in time.'), true);
    // The rules are told whose flows they judge.
    void learnOwners().then(() =>
      thread?.send({ kind: 'end', losses, partial: end.why !== 'stopped', owners: options.owners.known }),
    );
  }

  // --- The end
  let stopPatience: Stop = () => {};
  let tellCommented: (saved: SavedFile[]) => void = () => {};

  async function finish(judged: WordedReport, saved: SavedFile[]): Promise<void> {
    stopPatience();
    report = attribute(judged);
    packets = judged.analysis.total_packets;
    savedFiles = saved;
    if (saved.length > 0) {
      const commented = new Promise<SavedFile[]>(resolve => (tellCommented = resolve));
      thread?.send({ kind: 'comment', files: saved, comments: commentsFor(reportIn(report, options.language)) });
      savedFiles = await commented;
    }
    close(state === 'failed' ? 'failed' : stopReason === 'duration' || stopReason === 'limit' ? 'completed' : 'stopped');
  }

  function close(final: typeof state): void {
    if (endedMs !== null) return;
    endedMs = clock.monotonicMs();
    state = final;
    armed = false;
    rate = 0;
    stopTimers();
    tellEnded();
    changes.publish();
  }

  function fail(why: string): void {
    problem ??= why;
    sourceStop.abort();
    thread?.stop();
    thread = null;
    close('failed');
  }

  function stop(reason: StopReason): Promise<void> {
    if (stopReason === null && endedMs === null) {
      stopReason = reason;
      sourceStop.abort();
      void learnOwners();
    }
    return ended;
  }

  function attribute({ analysis, words }: WordedReport): WordedReport {
    const { owners } = options;
    const owned = <Row extends { a: { addr: string; port: number }; b: { addr: string; port: number } }>(row: Row): Row => ({
      ...row,
      ...owners.ownerOf(row.a, row.b),
    });
    const flowOwned = (flow: FindingFlow): FindingFlow => {
      const { a, b } = flow;
      if (flow.pid !== null || a.port === null || b.port === null) return flow;
      const owner = owners.ownerOf({ addr: a.ip, port: a.port }, { addr: b.ip, port: b.port });
      return owner ? { ...flow, pid: owner.pid, program: owner.program } : flow;
    };
    const { connection_analysis, datagrams, problems_detected } = analysis;
    return {
      words,
      analysis: {
        ...analysis,
        connection_analysis: { ...connection_analysis, connections: connection_analysis.connections.map(owned) },
        datagrams: { ...datagrams, flows: datagrams.flows.map(owned) },
        problems_detected: problems_detected.map(finding => ({
          ...finding,
          flow: finding.flow && flowOwned(finding.flow),
          flows: finding.flows.map(flowOwned),
        })),
      },
    };
  }

  // --- Timers
  const timers: Stop[] = [];
  function stopTimers(): void {
    for (const stopTimer of timers.splice(0)) stopTimer();
  }

  try {
    follow(await open(SNAPLEN, false));
  } catch (thrown) {
    thread.stop();
    throw thrown;
  }
  timers.push(clock.after(endsAtMs - clock.monotonicMs(), () => void stop('duration'), true));
  const look = (): void => {
    void options.owners.look();
    timers.push(clock.after(LOOK_MS, look));
  };
  timers.push(clock.after(0, look)); // the answer goes first
  if (options.watch) {
    timers.push(
      options.watch(
        () => {
          if (!armed || state !== 'running') return;
          armed = false;
          triggeredAt = new Date(clock.wallMs()).toISOString();
          thread?.send({ kind: 'trigger' });
          changes.publish();
        },
        () => rate,
      ),
    );
  }

  return {
    id: plan.session_id,
    owner: options.owner,
    head,
    endsAtMs,
    ended,
    get isRunning() {
      return endedMs === null;
    },
    get rate() {
      return rate;
    },
    status(language) {
      const nowMs = endedMs ?? clock.monotonicMs();
      return {
        ...head,
        status: state,
        stop_reason: stopReason,
        problem,
        is_capturing: endedMs === null,
        is_armed: armed,
        triggered_at: triggeredAt,
        elapsed_s: Math.round((nowMs - startedMs) / 100) / 10,
        remaining_s: endedMs === null ? Math.max(0, Math.round((endsAtMs - nowMs) / 100) / 10) : 0,
        current_packet_count: packets,
        saved_file: savedFiles.at(-1)?.file ?? null,
        saved_files: savedFiles,
        analysis: report && reportIn(report, language),
        losses,
        // It is set before this can be called: the capture has begun.
        source: backend ?? {
          backend: '',
          privileged: true,
          degraded: false,
          reason: null,
          remedies: [],
          sampled_at: head.started_at,
          duration_ms: 0,
          rtt_ms: null,
          caveats: [],
        },
      };
    },
    stop,
    packets: stream => thread?.packets(stream) ?? Promise.resolve(null),
    listen: onChange => changes.listen(onChange),
    release() {
      thread?.stop();
      thread = null;
    },
    removeFiles() {
      if (options.save) removeSaved(options.save.prefix);
    },
  };
}

function sumOf(a: CaptureCounters, b: CaptureCounters): CaptureCounters {
  const add = (x: number | null, y: number | null): number | null => (x === null && y === null ? null : (x ?? 0) + (y ?? 0));
  return {
    received: add(a.received, b.received),
    dropped_by_kernel: add(a.dropped_by_kernel, b.dropped_by_kernel),
    dropped_by_interface: add(a.dropped_by_interface, b.dropped_by_interface),
  };
}

/** What a saved file says beside its packets: the process at the first packet of a flow, and the evidence of findings. */
function commentsFor({ problems_detected, connection_analysis, datagrams }: CaptureAnalysisResult): Map<number, string> {
  const comments = new Map<number, string>();
  for (const { first_frame, program, pid } of [...connection_analysis.connections, ...datagrams.flows]) {
    if (program !== null) comments.set(first_frame, `process: ${program} (pid ${pid})`);
  }
  for (const { id, summary, evidence } of problems_detected) {
    for (const { packet, role } of evidence) {
      const before = comments.get(packet);
      comments.set(packet, `${before ? `${before} · ` : ''}${id} [${role}]: ${summary}`);
    }
  }
  return comments;
}
