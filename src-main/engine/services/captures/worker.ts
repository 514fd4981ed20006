import { parentPort } from 'node:worker_threads';
import { asNetsondeError } from '@shared/errors';
import type { SavedFile } from '@shared/model/capture';
import { CaptureAnalysis } from '../../packets/analysis';
import { packetLines } from '../../packets/packet-lines';
import { fileReport } from './judged-report';
import { LiveAnalysis } from './live-analysis';
import { readCaptureFile } from './read-capture';
import { commentFiles } from './saved-packets';
import type { WorkerMessage, WorkerRequest, WorkerSetup } from './worker-messages';

/** The thread of one capture: decodes and judges packets, so that the process that answers calls stays free. */

const COUNT_MS = 200;
const SNAPSHOT_MS = 1_000;
const PROGRESS_MS = 100;

const send = (message: WorkerMessage): void => parentPort?.postMessage(message);

// A thread may be loaded before there is work for it: what it is for comes first.
parentPort?.once('message', (setup: WorkerSetup) => {
  if (setup.kind === 'file') void analyseFile(setup);
  else analyseLive(setup);
});

async function analyseFile({ file, only_flow }: Extract<WorkerSetup, { kind: 'file' }>): Promise<void> {
  try {
    const analysis = new CaptureAnalysis(only_flow);
    let toldMs = 0;
    const facts = await readCaptureFile(file, analysis, {
      onProgress(read, size) {
        if (performance.now() - toldMs < PROGRESS_MS) return;
        toldMs = performance.now();
        send({ kind: 'progress', read, size });
      },
    });
    send({ kind: 'read', report: fileReport(analysis, facts, {}), file: facts });
    parentPort?.on('message', (request: WorkerRequest) => {
      if (request.kind !== 'packets') return;
      const lines = packetLines(analysis, request.stream);
      send({ kind: 'packets', id: request.id, lines, forgotten: analysis.log.forgotten });
    });
  } catch (thrown) {
    const error = asNetsondeError(thrown);
    send({ kind: 'failed', code: error.code, message: error.message });
  }
}

function analyseLive(options: Extract<WorkerSetup, { kind: 'live' }>): void {
  const live = new LiveAnalysis(options);
  let told = -1;
  let taken = 0;
  let shown = -1;
  let dropped: number | null = null;
  const tellCount = (): void => {
    if (live.packets === told && taken === 0 && live.ended === null) return;
    told = live.packets;
    send({ kind: 'count', packets: live.packets, rate: live.rate, taken, ended: live.ended });
    taken = 0;
  };
  const counting = setInterval(tellCount, COUNT_MS);
  // A table of many flows takes longer to word: never more than a tenth of the time.
  let restMs = SNAPSHOT_MS;
  let snapshots: NodeJS.Timeout;
  const tellSnapshot = (): void => {
    if (!live.isArmed && live.analysis.packets !== shown) {
      shown = live.analysis.packets;
      const startedMs = performance.now();
      send({ kind: 'snapshot', report: live.report(true) });
      restMs = Math.max(SNAPSHOT_MS, (performance.now() - startedMs) * 10);
    }
    snapshots = setTimeout(tellSnapshot, restMs);
  };
  snapshots = setTimeout(tellSnapshot, restMs);

  parentPort?.on('message', (request: WorkerRequest) => {
    switch (request.kind) {
      case 'bytes':
        live.bytes(request.bytes);
        taken += request.bytes.length;
        return;
      case 'losses':
        // The first count, or a loss, is told even when no packet follows it.
        if (request.losses.dropped_by_kernel !== dropped) shown = -1;
        dropped = request.losses.dropped_by_kernel;
        live.losses = request.losses;
        return;
      case 'trigger':
        live.trigger();
        return;
      case 'packets':
        send({ kind: 'packets', id: request.id, ...live.packetsOf(request.stream) });
        return;
      case 'comment':
        send({ kind: 'commented', saved: withOwnComments(request.files, request.comments) });
        return;
      case 'end': {
        clearInterval(counting);
        clearTimeout(snapshots);
        live.losses = request.losses;
        live.end();
        tellCount();
        send({ kind: 'done', report: live.report(request.partial, request.owners), saved: live.savedFiles });
        return;
      }
    }
  });
}

/** Files without comments are better than none: a full disk has no room for the draft. */
function withOwnComments(files: SavedFile[], comments: ReadonlyMap<number, string>): SavedFile[] {
  try {
    return commentFiles(files, comments);
  } catch (thrown) {
    console.error(JSON.stringify({ level: 'error', message: `Comments: ${asNetsondeError(thrown).message}` }));
    return files;
  }
}
