import { NetsondeError } from '@shared/errors';
import type { CaptureSummary } from '@shared/model/capture';
import type { Coverage, MeasuredSource } from '@shared/model/source';
import type { Language } from '@shared/text/index';
import type { Clock } from '../clock';
import { createPublisher, type Stop } from '../stream';
import type { AnalysisThread, AnalysisThreads, FlowPackets } from './analysis-thread';
import type { CaptureFileFacts } from './file-facts';
import { reportIn, type WordedReport } from './worded-report';

/** A capture file that was analysed. */
export interface FileAnalysis {
  session_id: string;
  file: CaptureFileFacts;
  report: WordedReport;
  coverage: Coverage;
  source: MeasuredSource;
}

interface Kept {
  id: string;
  path: string;
  name: string;
  startedAt: string;
  progress: number | null;
  result: FileAnalysis | null;
  thread: AnalysisThread | null;
}

type Change = 'begun' | 'progress' | 'done' | 'failed';

export interface FileAnalyses {
  /** @throws NetsondeError as reading the file fails; cancelled */
  analyse(
    path: string,
    name: string,
    options: { signal: AbortSignal; onProgress: (done: number) => void },
  ): Promise<FileAnalysis>;
  find(id: string): FileAnalysis | undefined;
  /** The packets of a flow: from the thread that read the file, else the file is read once more. */
  packets(id: string, stream: number): Promise<FlowPackets>;
  remove(id: string): boolean;
  list(language: Language): CaptureSummary[];
  listen(onChange: (change: Change) => void): Stop;
  stop(): void;
}

const MAX_KEPT = 10;
/** Threads that stay for questions about packets; each holds the analysis of its file. */
const MAX_THREADS = 2;

export function createFileAnalyses(clock: Clock, threads: AnalysisThreads): FileAnalyses {
  const kept = new Map<string, Kept>();
  const changes = createPublisher<Change>();

  function tidy(): void {
    const all = [...kept.values()].filter(({ result }) => result !== null);
    for (const old of all.slice(0, Math.max(0, kept.size - MAX_KEPT))) {
      old.thread?.stop();
      kept.delete(old.id);
    }
    for (const old of all.slice(0, -MAX_THREADS)) {
      old.thread?.stop();
      old.thread = null;
    }
  }

  return {
    analyse(path, name, { signal, onProgress }) {
      const startedMs = clock.monotonicMs();
      const entry: Kept = {
        id: crypto.randomUUID(),
        path,
        name,
        startedAt: new Date(clock.wallMs()).toISOString(),
        progress: 0,
        result: null,
        thread: null,
      };
      kept.set(entry.id, entry);
      changes.publish('begun');
      return new Promise((resolve, reject) => {
        const fail = (error: unknown): void => {
          entry.thread?.stop();
          kept.delete(entry.id);
          signal.removeEventListener('abort', onAbort);
          changes.publish('failed');
          reject(error);
        };
        const onAbort = (): void => fail(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        entry.thread = threads.start(
          { kind: 'file', file: path, only_flow: 0 },
          message => {
            if (message.kind === 'progress') {
              entry.progress = message.size > 0 ? message.read / message.size : null;
              onProgress(entry.progress ?? 0);
              changes.publish('progress');
            } else if (message.kind === 'failed') fail(new NetsondeError(message.code, message.message));
            else if (message.kind === 'read') {
              signal.removeEventListener('abort', onAbort);
              entry.progress = null;
              entry.result = resultOf(entry, message.report, message.file, clock.monotonicMs() - startedMs);
              tidy();
              changes.publish('done');
              resolve(entry.result);
            }
          },
          fail,
        );
      });
    },
    find: id => kept.get(id)?.result ?? undefined,
    async packets(id, stream) {
      const entry = kept.get(id);
      if (!entry) return { lines: [], forgotten: 0 };
      const found = await entry.thread?.packets(stream);
      // A long capture keeps its last packets only: the file has the others.
      return found?.forgotten === 0 ? found : readAgain(threads, entry, stream);
    },
    remove(id) {
      const entry = kept.get(id);
      if (!entry) return false;
      entry.thread?.stop();
      kept.delete(id);
      return true;
    },
    list: language => [...kept.values()].map(entry => summaryOf(entry, language)),
    listen: onChange => changes.listen(onChange),
    stop() {
      for (const { thread } of kept.values()) thread?.stop();
    },
  };
}

/** Reads the file again and keeps the packets of one flow only. */
function readAgain(threads: AnalysisThreads, { path }: Kept, stream: number): Promise<FlowPackets> {
  return new Promise((resolve, reject) => {
    const thread = threads.start(
      { kind: 'file', file: path, only_flow: stream },
      message => {
        if (message.kind === 'failed') reject(new NetsondeError(message.code, message.message));
        if (message.kind !== 'read') return;
        void thread.packets(stream).then(found => {
          thread.stop();
          resolve(found ?? { lines: [], forgotten: 0 });
        });
      },
      reject,
    );
  });
}

function resultOf(entry: Kept, report: WordedReport, file: CaptureFileFacts, durationMs: number): FileAnalysis {
  const { analysis } = report;
  const { dropped_by_kernel, dropped_by_interface, damage } = analysis.capture;
  const since = analysis.first ?? entry.startedAt;
  return {
    session_id: entry.id,
    file: { ...file, name: entry.name },
    report,
    coverage: {
      since,
      seen_total: analysis.total_packets,
      lost: (dropped_by_kernel ?? 0) + (dropped_by_interface ?? 0),
      gaps: damage === null ? [] : [{ from: analysis.last ?? since, to: null, reason: damage }],
    },
    source: {
      backend: file.type === 'unknown' ? 'file' : file.type,
      privileged: false,
      degraded: false,
      reason: null,
      remedies: [],
      sampled_at: entry.startedAt,
      duration_ms: Math.round(durationMs * 10) / 10,
      rtt_ms: null,
      caveats: damage === null ? [] : [damage],
    },
  };
}

function summaryOf({ id, name, startedAt, progress, result }: Kept, language: Language): CaptureSummary {
  const analysis = result && reportIn(result.report, language);
  return {
    session_id: id,
    kind: 'file',
    status: result ? 'completed' : 'running',
    stop_reason: null,
    problem: null,
    title: name,
    mode: null,
    host: null,
    interface: null,
    started_at: startedAt,
    ends_at: null,
    is_armed: false,
    trigger: null,
    packets: analysis?.total_packets ?? 0,
    rate: null,
    progress,
    saved_file: null,
    saved_bytes: null,
    saved_files: [],
    verdict: analysis?.verdict ?? null,
    worst: analysis?.problems_detected[0]?.severity ?? null,
  };
}
