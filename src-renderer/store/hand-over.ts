import { type BridgePort, FILE_CHUNK_BYTES, type OpenedFile } from '@shared/bridge';
import { failureOf, type ToolFailure } from './use-tool';

/** Told of 0 to 1. */
type OnProgress = (done: number) => void;

/** Hands a file to the engine: over HTTP in a browser, over the bridge of the desktop app. @throws ToolFailure */
export function handOver(file: File, signal: AbortSignal, onProgress: OnProgress): Promise<OpenedFile> {
  return window.netsonde ? sendInParts(window.netsonde, file, signal, onProgress) : upload(file, signal, onProgress);
}

const CANCELLED: ToolFailure = { code: 'cancelled', message: '', hint: '' };
let lastId = 0;

/** Part after part, each when the one before has been taken: no more than one is in memory. */
async function sendInParts(port: BridgePort, file: File, signal: AbortSignal, onProgress: OnProgress): Promise<OpenedFile> {
  const id = ++lastId;
  try {
    for (let sent = 0; sent < file.size; sent += FILE_CHUNK_BYTES) {
      if (signal.aborted) throw CANCELLED;
      const part = file.slice(sent, sent + FILE_CHUNK_BYTES);
      const bytes = await part.arrayBuffer().catch((thrown: unknown) => {
        throw { code: 'unreachable', message: `${file.name}: ${String(thrown)}`, hint: '' } satisfies ToolFailure;
      });
      const reply = await port.file({ kind: 'write', id, bytes: new Uint8Array(bytes) });
      if (!reply.success) throw failureOf(reply);
      onProgress((sent + part.size) / file.size);
    }
    if (signal.aborted) throw CANCELLED;
  } catch (thrown) {
    void port.file({ kind: 'discard', id });
    throw thrown;
  }
  const reply = await port.file({ kind: 'finish', id, name: file.name.slice(0, 255) });
  if (!reply.success) throw failureOf(reply);
  if (reply.data === null) throw CANCELLED;
  return reply.data;
}

/** fetch() tells nothing about how far it is. */
function upload(file: File, signal: AbortSignal, onProgress: OnProgress): Promise<OpenedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = (message: string): void => reject({ code: 'unreachable', message, hint: '' } satisfies ToolFailure);
    request.open('POST', '/api/uploads');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => failed(`POST /api/uploads: ${file.name}`);
    request.onabort = () => reject(CANCELLED);
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status === 200 && answer !== null && typeof answer === 'object' && 'upload_id' in answer)
        return resolve({ upload_id: String(answer.upload_id), name: file.name });
      const message = answer !== null && typeof answer === 'object' && 'message' in answer ? String(answer.message) : '';
      failed(message || `POST /api/uploads: ${request.status}`);
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
