import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { NetsondeError } from '@shared/errors';
import type { PacketLine } from '@shared/model/capture';
import type { Clock } from '../clock';
import type { Stop } from '../stream';
import type { WorkerMessage, WorkerRequest, WorkerSetup } from './worker-messages';

/**
 * Of V8's heap; typed arrays and buffers stand beside it. What is not used up is not free: the larger the heap may grow, the
 * longer V8 lets garbage lie, and the analysis makes little (a million packets: 0.35 GB resident with these, else 0.45).
 */
const HEAP = { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 24 };

/** The kept packets of one flow. */
export interface FlowPackets {
  lines: PacketLine[];
  /** Packets of the capture that are no longer kept. */
  forgotten: number;
}

/** A running analysis thread. */
export interface AnalysisThread {
  send(request: WorkerRequest, transfer?: ArrayBuffer[]): void;
  /** null when the thread ends before it answers. */
  packets(stream: number): Promise<FlowPackets | null>;
  stop(): void;
}

/** Where analyses run: each in a thread of its own. */
export interface AnalysisThreads {
  /** Starts one analysis. `onEnd` is told when its thread dies by itself. */
  start(setup: WorkerSetup, onMessage: OnMessage, onEnd: (error: NetsondeError) => void): AnalysisThread;
  /** Has a thread ready for what is likely to come: loading one takes 80 ms of a core. */
  prepare(): void;
  /** Lets the spare thread go; analyses go on. */
  stop(): void;
}

type OnMessage = (message: Exclude<WorkerMessage, { kind: 'packets' }>) => void;

/** A thread that waits for its work is let go after this time. */
const SPARE_MS = 300_000;
/** The next one is loaded once the capture that took the last has begun: both would want the processor. */
const REPLACE_MS = 1_000;

export function createAnalysisThreads(clock: Clock): AnalysisThreads {
  let spare: Worker | null = null;
  let stopTimer: Stop = () => {};
  let stopped = false;

  function letGo(): void {
    stopTimer();
    void spare?.terminate();
    spare = null;
  }
  function prepare(): void {
    if (stopped) return;
    stopTimer();
    stopTimer = clock.after(SPARE_MS, letGo);
    if (spare) return;
    const made = openWorker();
    spare = made;
    // Whoever starts an analysis is told why none can be loaded.
    made.once('error', () => {
      if (spare === made) spare = null;
    });
  }
  function take(): Worker {
    const worker = spare ?? openWorker();
    spare = null;
    stopTimer();
    if (!stopped) stopTimer = clock.after(REPLACE_MS, prepare);
    return worker;
  }

  return {
    start(setup, onMessage, onEnd) {
      const worker = take();
      worker.postMessage(setup);
      return threadOf(worker, onMessage, onEnd);
    },
    prepare,
    stop() {
      stopped = true;
      letGo();
    },
  };
}

function openWorker(): Worker {
  const worker = new Worker(workerFile(), { resourceLimits: HEAP });
  // A capture does not keep the process alive: what waits for it does.
  worker.unref();
  return worker;
}

function threadOf(worker: Worker, onMessage: OnMessage, onEnd: (error: NetsondeError) => void): AnalysisThread {
  const asked = new Map<number, (answer: FlowPackets | null) => void>();
  let nextId = 1;
  let stopped = false;
  const over = (): void => {
    stopped = true;
    for (const answer of asked.values()) answer(null);
    asked.clear();
  };
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind !== 'packets') return onMessage(message);
    asked.get(message.id)?.({ lines: message.lines, forgotten: message.forgotten });
    asked.delete(message.id);
  });
  worker.on('error', cause => {
    if (stopped) return;
    over();
    const why = cause instanceof Error ? cause.message : String(cause);
    onEnd(new NetsondeError('internal', `The analysis ended: ${why}`, { cause }));
  });
  return {
    send: (request, transfer = []) => worker.postMessage(request, transfer),
    packets(stream) {
      if (stopped) return Promise.resolve(null);
      const id = nextId++;
      const answer = new Promise<FlowPackets | null>(resolve => asked.set(id, resolve));
      worker.postMessage({ kind: 'packets', id, stream } satisfies WorkerRequest);
      return answer;
    },
    stop() {
      over();
      void worker.terminate();
    },
  };
}

/** The built file of worker.ts: beside the entries, or one folder up from their chunks; from the sources in out/. */
function workerFile(): string {
  const places = ['./capture-worker.js', '../capture-worker.js', '../../../../out/main/capture-worker.js'];
  const found = places.map(place => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
  if (!found) throw new NetsondeError('unsupported', 'The analysis thread is not built.', { hint: 'npm run setup' });
  return found;
}
