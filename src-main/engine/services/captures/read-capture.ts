import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { CaptureAnalysis } from '../../packets/analysis';
import { CaptureInput } from '../../packets/readers/capture-input';
import { type CaptureFileFacts, fileFactsOf } from './file-facts';

/** Read at once: fits into the cache of a core together with the tables. */
const READ_BYTES = 1 << 20;

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Bytes of the file read so far, and its size; not called for pipes. */
  onProgress?: (read: number, size: number) => void;
}

/**
 * Feeds a capture file, plain or gzip, to an analysis. What is damaged is told in the result, never thrown.
 * @throws NetsondeError not_found, permission_denied or invalid_argument for what is no file that can be read; cancelled
 */
export async function readCaptureFile(
  file: string,
  analysis: CaptureAnalysis,
  options: ReadOptions = {},
): Promise<CaptureFileFacts> {
  const handle = await open(file, 'r').catch((thrown: unknown) => {
    throw openError(file, thrown);
  });
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw new NetsondeError('invalid_argument', text('captures.is_directory', { file }));
    const name = basename(file);
    if (!stats.isFile()) return await readCaptureStream(handle.createReadStream({ autoClose: false }), name, analysis, options);
    const magic = new Uint8Array(2);
    await handle.read(magic, 0, 2, 0);
    if (magic[0] === 0x1f && magic[1] === 0x8b) {
      const unpacked = await readCaptureStream(
        createReadStream(file).pipe(createGunzip({ chunkSize: 1 << 20 })),
        name,
        analysis,
        options,
      );
      return { ...unpacked, file_bytes: stats.size };
    }
    return await readPlain(handle, stats.size, name, analysis, options);
  } finally {
    await handle.close();
  }
}

async function readPlain(
  handle: FileHandle,
  size: number,
  name: string,
  analysis: CaptureAnalysis,
  { signal, onProgress }: ReadOptions,
): Promise<CaptureFileFacts> {
  const input = new CaptureInput(analysis);
  const buffers = [new Uint8Array(READ_BYTES), new Uint8Array(READ_BYTES)] as const; // a pair
  const readInto = (buffer: Uint8Array) => handle.read(buffer, 0, buffer.length, null);
  let coming = readInto(buffers[0]);
  for (let turn = 0; ; turn ^= 1) {
    signal?.throwIfAborted();
    const { bytesRead, buffer } = await coming;
    if (bytesRead === 0) break;
    // The next stretch is read by another thread while this one is analysed.
    coming = readInto(turn === 0 ? buffers[1] : buffers[0]);
    coming.catch(() => {}); // told where it is awaited
    input.push(buffer.subarray(0, bytesRead));
    onProgress?.(input.bytesRead, size);
    if (input.isDone) break;
  }
  await coming;
  return finish(input, name, size, analysis);
}

/** Feeds what comes from a pipe, till it ends. A stream that breaks off is damage, like a file that is cut. */
export async function readCaptureStream(
  stream: Readable,
  name: string,
  analysis: CaptureAnalysis,
  { signal }: ReadOptions = {},
): Promise<CaptureFileFacts> {
  const input = new CaptureInput(analysis);
  let damage: string | null = null;
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      input.push(chunk);
      if (input.isDone) break;
    }
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    damage = asNetsondeError(thrown).message; // unpacking failed: what came before was read
  }
  const facts = finish(input, name, input.bytesRead, analysis);
  return { ...facts, damage: damage ?? facts.damage };
}

function finish(input: CaptureInput, name: string, size: number, analysis: CaptureAnalysis): CaptureFileFacts {
  input.end();
  analysis.end();
  return fileFactsOf(input, name, size);
}

function openError(file: string, thrown: unknown): NetsondeError {
  const { code } = thrown as NodeJS.ErrnoException; // fs rejects with ErrnoException only
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new NetsondeError('not_found', text('collect.no_file', { file }), { cause: thrown });
  if (code === 'EACCES' || code === 'EPERM')
    return new NetsondeError('permission_denied', text('collect.may_not_read', { file }), { cause: thrown });
  return new NetsondeError('invalid_argument', text('captures.cannot_open', { file, why: String(code) }), { cause: thrown });
}
