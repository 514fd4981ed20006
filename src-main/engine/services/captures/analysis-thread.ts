import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { NetsondeError } from '@shared/errors';
import type { PacketLine } from '@shared/model/capture';
import type { WorkerMessage, WorkerRequest, WorkerSetup } from './worker-messages';

/** Of V8's heap; typed arrays and buffers stand beside it. */
const MAX_HEAP_MB = 1_024;

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

/** Starts the thread of one capture. `onEnd` is told when it dies by itself. */
export function startAnalysisThread(
  setup: WorkerSetup,
  onMessage: (message: Exclude<WorkerMessage, { kind: 'packets' }>) => void,
  onEnd: (error: NetsondeError) => void,
): AnalysisThread {
  const worker = new Worker(workerFile(), { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
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
  // A capture does not keep the process alive: what waits for it does.
  worker.unref();
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
