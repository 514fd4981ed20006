import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { FILE_CHUNK_BYTES, type FileReply, type OpenedFile } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { type Language, text } from '@shared/text/index';
import { z } from 'zod';
import type { Uploads } from '../engine/services/captures/uploads';
import { failure } from '../engine/tool';

const id = z.int().min(0);
const name = z.string().max(255);
const fileRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('choose') }),
  z.strictObject({ kind: z.literal('next') }),
  z.strictObject({
    kind: z.literal('write'),
    id,
    bytes: z.instanceof(Uint8Array).refine(bytes => bytes.length <= FILE_CHUNK_BYTES),
  }),
  z.strictObject({ kind: z.literal('finish'), id, name }),
  z.strictObject({ kind: z.literal('discard'), id }),
  z.strictObject({ kind: z.literal('pdf'), name }),
]);

/** Files that come at the same time; a page sends one after the other. */
const MAX_INCOMING = 2;

export interface PageFilesOptions {
  uploads: Pick<Uploads, 'take' | 'lend'>;
  language: () => Language;
  /** Asks the user for a capture file. @returns its path; null when the user dismissed it */
  choose: () => Promise<string | null>;
  /** The next path that was opened from outside the page. */
  next: () => string | null;
  /** Saves the page where the user wants it, or nowhere. */
  savePdf: (name: string) => Promise<void>;
}

export interface PageFiles {
  /** Never throws: what is wrong is part of the reply. */
  receive(raw: unknown): Promise<FileReply>;
  /** The page is gone: what it was sending is thrown away. */
  close(): void;
}

interface Incoming {
  body: PassThrough;
  abort: AbortController;
  taken: Promise<{ upload_id: string }>;
}

/** The files of one page: FileRequest as the desktop app answers it. A path never comes from the page. */
export function createPageFiles({ uploads, language, choose, next, savePdf }: PageFilesOptions): PageFiles {
  const incoming = new Map<number, Incoming>();

  function begin(fileId: number): Incoming {
    if (incoming.size >= MAX_INCOMING) throw new NetsondeError('busy', text('server.too_many_streams', { limit: MAX_INCOMING }));
    const body = new PassThrough({ highWaterMark: FILE_CHUNK_BYTES });
    body.on('error', () => {}); // told by `taken`
    const abort = new AbortController();
    const taken = uploads.take(body, abort.signal);
    const begun = { body, abort, taken };
    incoming.set(fileId, begun);
    taken.catch(() => {}); // told by what is written next, or by the end
    return begun;
  }

  async function write(fileId: number, bytes: Uint8Array): Promise<void> {
    const { body, taken } = incoming.get(fileId) ?? begin(fileId);
    if (!body.write(bytes)) await Promise.race([taken, once(body, 'drain')]);
  }

  async function finish(fileId: number, called: string): Promise<OpenedFile> {
    const { body, taken } = incoming.get(fileId) ?? begin(fileId); // an empty file has no bytes before its end
    body.end();
    const { upload_id } = await taken.finally(() => incoming.delete(fileId));
    return { upload_id, name: sanitizeUntrusted(called, 255) };
  }

  function discard(fileId: number): void {
    incoming.get(fileId)?.abort.abort();
    incoming.delete(fileId);
  }

  async function answer(raw: unknown): Promise<OpenedFile | null> {
    const { data: request, error } = fileRequest.safeParse(raw);
    if (!request) throw new NetsondeError('invalid_argument', `This is no request for files: ${z.prettifyError(error)}`);
    switch (request.kind) {
      case 'choose': {
        const path = await choose();
        return path === null ? null : uploads.lend(path);
      }
      case 'next': {
        const path = next();
        return path === null ? null : uploads.lend(path);
      }
      case 'write':
        await write(request.id, request.bytes);
        return null;
      case 'finish':
        return finish(request.id, request.name);
      case 'discard':
        discard(request.id);
        return null;
      case 'pdf':
        await savePdf(request.name);
        return null;
    }
  }

  return {
    receive: raw =>
      answer(raw).then(
        data => ({ success: true, message: '', data }),
        (thrown: unknown) => ({ ...failure(thrown, language()), data: null }),
      ),
    close() {
      for (const fileId of incoming.keys()) discard(fileId);
    },
  };
}
