import { createWriteStream, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import type { Clock } from '../clock';
import { isAlive } from '../is-alive';

/** Capture files that were handed over, and which files of the disk a caller may name. */
export interface Uploads {
  /**
   * Takes a capture, to be kept for an hour.
   * @throws NetsondeError bad_request when it is larger than the limit, unsupported where nothing can be kept
   */
  take(body: Readable, signal: AbortSignal): Promise<{ upload_id: string; expires_at: string }>;
  /**
   * A file that the user opened on this desktop, to be read where it is for an hour.
   * @throws NetsondeError not_found, invalid_argument for what is no file
   */
  lend(file: string): { upload_id: string; name: string };
  /** @throws NetsondeError not_found */
  find(uploadId: string): { file: string; name: string };
  /**
   * A file of the capture folder.
   * @throws NetsondeError not_found, permission_denied for any other
   */
  inFolder(file: string): { file: string; name: string };
  stop(): void;
}

export const MAX_UPLOAD_BYTES = 1 << 30;
const KEPT_MS = 3_600_000;
const SWEEP_MS = 300_000;
const WRITE_BYTES = 4 << 20;

export function createUploads(folder: string | null, clock: Clock): Uploads {
  const kept = new Map<string, { file: string; expiresMs: number; name: string; isLent: boolean }>();
  const place = folder === null ? null : path.join(folder, `${PLACE}${process.pid}`);
  if (folder !== null) removeLeftOvers(folder);

  const sweep = (): void => {
    for (const [id, { file, expiresMs, isLent }] of kept) {
      if (expiresMs > clock.monotonicMs()) continue;
      if (!isLent) rmSync(file, { force: true });
      kept.delete(id);
    }
    stopTimer = clock.after(SWEEP_MS, sweep);
  };
  let stopTimer = clock.after(SWEEP_MS, sweep);

  return {
    async take(body, signal) {
      if (place === null) throw new NetsondeError('unsupported', text('captures.no_folder'));
      mkdirSync(place, { recursive: true, mode: 0o700 });
      const id = crypto.randomUUID();
      const file = path.join(place, id);
      let bytes = 0;
      try {
        await pipeline(
          body,
          async function* limited(source: AsyncIterable<Buffer>) {
            for await (const chunk of source) {
              bytes += chunk.length;
              if (bytes > MAX_UPLOAD_BYTES)
                throw new NetsondeError('bad_request', text('captures.too_large', { limit: '1 GiB' }), { status: 413 });
              yield chunk;
            }
          },
          // With room for many chunks of a socket, so that they are written together.
          createWriteStream(file, { flags: 'wx', mode: 0o600, highWaterMark: WRITE_BYTES }),
          { signal },
        );
      } catch (thrown) {
        rmSync(file, { force: true });
        const error = asNetsondeError(thrown);
        throw error.code === 'internal' && 'code' in Object(thrown) && Object(thrown).code === 'ENOSPC'
          ? new NetsondeError('unsupported', text('captures.no_disk'), { cause: thrown })
          : error;
      }
      kept.set(id, { file, expiresMs: clock.monotonicMs() + KEPT_MS, name: 'upload', isLent: false });
      return { upload_id: id, expires_at: new Date(clock.wallMs() + KEPT_MS).toISOString() };
    },
    lend(file) {
      const stats = statSync(file, { throwIfNoEntry: false });
      const shown = sanitizeUntrusted(file, 256);
      if (!stats) throw new NetsondeError('not_found', text('collect.no_file', { file: shown }));
      if (stats.isDirectory()) throw new NetsondeError('invalid_argument', text('captures.is_directory', { file: shown }));
      const id = crypto.randomUUID();
      const name = sanitizeUntrusted(path.basename(file), 255);
      kept.set(id, { file, expiresMs: clock.monotonicMs() + KEPT_MS, name, isLent: true });
      return { upload_id: id, name };
    },
    find(uploadId) {
      const found = kept.get(uploadId);
      if (!found)
        throw new NetsondeError('not_found', text('captures.no_upload', { id: JSON.stringify(sanitizeUntrusted(uploadId, 64)) }));
      return { file: found.file, name: found.name };
    },
    inFolder(file) {
      const shown = JSON.stringify(sanitizeUntrusted(file, 256));
      const refused = new NetsondeError('permission_denied', text('captures.not_allowed', { file: shown }), {
        hint: text('captures.not_allowed_hint', { folder: folder ?? '-' }),
      });
      if (folder === null || file.includes('\u0000')) throw refused;
      // A name without a folder is one of the capture folder; links are followed before it is compared.
      const asked = path.resolve(folder, file);
      let real: string;
      try {
        real = realpathSync(asked);
      } catch {
        // Whether it exists elsewhere is nobody's business.
        if (asked.startsWith(`${folder}${path.sep}`)) {
          const list = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isFile());
          throw new NetsondeError('not_found', text('collect.no_file', { file: shown }), {
            hint: list
              .slice(0, 20)
              .map(({ name }) => name)
              .join(', '),
          });
        }
        throw refused;
      }
      if (!real.startsWith(`${realpathSync(folder)}${path.sep}`) || !statSync(real).isFile()) throw refused;
      return { file: real, name: path.basename(real) };
    },
    stop() {
      stopTimer();
      if (place !== null) rmSync(place, { recursive: true, force: true });
    },
  };
}

const PLACE = 'uploads-';

/** Uploads of processes that are gone: their ids are, too. */
function removeLeftOvers(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names) {
    const pid = name.startsWith(PLACE) ? Number(name.slice(PLACE.length)) : Number.NaN;
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid))
      rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
