import type { Readable } from 'node:stream';
import { asNetsondeError } from '@shared/errors';
import type { Backend } from '../backend';
import { type CaptureEnd, type CaptureRequest, NO_COUNTERS, type RunningCapture } from './capture-source';

/** What another machine captures and sends through a pipe, for example `ssh router tcpdump -U -w -`. */
export function pipedCapture(stream: Readable): Backend<CaptureRequest, RunningCapture> {
  return {
    name: 'pipe',
    privileged: false,
    platforms: ['linux', 'darwin', 'other'],
    collect(_host, request) {
      const end = new Promise<CaptureEnd>(resolve => {
        const stopped = (): void => resolve({ why: 'stopped', counters: NO_COUNTERS });
        request.onControl({ pause: () => stream.pause(), resume: () => stream.resume() });
        request.stop.addEventListener('abort', () => (stream.destroy(), stopped()), { once: true });
        stream.on('data', (chunk: Buffer) => request.onBytes(chunk));
        stream.once('end', stopped);
        stream.once('error', error => resolve({ why: 'failed', counters: NO_COUNTERS, problem: asNetsondeError(error).message }));
      });
      return Promise.resolve([{ end }]);
    },
  };
}
