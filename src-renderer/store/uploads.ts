import type { CaptureFileAnalysis } from '@shared/model/capture';
import { create } from 'zustand';
import { callTool, failureOf, type ToolFailure } from './use-tool';

interface UploadsState {
  /** The file under way. Leaving the page does not end it. */
  running: { name: string; step: 'uploading' | 'analysing' /** 0 to 1 */; done: number } | null;
  failure: ToolFailure | null;
  /** @returns the id of the report; null when it failed or was cancelled */
  analyse: (file: File) => Promise<string | null>;
  cancel: () => void;
}

/** Hands a file to the engine. fetch() tells nothing about how far it is. @throws ToolFailure */
function upload(file: File, signal: AbortSignal, onProgress: (done: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = (message: string): void => reject({ code: 'unreachable', message, hint: '' } satisfies ToolFailure);
    request.open('POST', '/api/uploads');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => failed(`POST /api/uploads: ${file.name}`);
    request.onabort = () => reject({ code: 'cancelled', message: '', hint: '' } satisfies ToolFailure);
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status === 200 && answer !== null && typeof answer === 'object' && 'upload_id' in answer)
        return resolve(String(answer.upload_id));
      const message = answer !== null && typeof answer === 'object' && 'message' in answer ? String(answer.message) : '';
      failed(message || `POST /api/uploads: ${request.status}`);
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function isFailure(thrown: unknown): thrown is ToolFailure {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'hint' in thrown;
}

/** Opening capture files: one at a time, each new one ends the one before. */
export const useUploads = create<UploadsState>(set => {
  let abort = new AbortController();
  return {
    running: null,
    failure: null,
    async analyse(file) {
      abort.abort();
      const own = new AbortController();
      abort = own;
      const { name } = file;
      const tell = (step: 'uploading' | 'analysing', done: number): void => {
        if (!own.signal.aborted) set({ running: { name, step, done } });
      };
      const end = (failure: ToolFailure | null): void => {
        if (abort === own) set({ running: null, failure: failure?.code === 'cancelled' ? null : failure });
      };
      set({ failure: null });
      tell('uploading', 0);
      try {
        const upload_id = await upload(file, own.signal, done => tell('uploading', done));
        tell('analysing', 0);
        const reply = await callTool<CaptureFileAnalysis>(
          'analyze_capture_file',
          { upload_id, name: name.slice(0, 255) },
          own.signal,
          ({ done }) => tell('analysing', done),
        );
        end(reply.success ? null : failureOf(reply));
        return reply.success ? reply.data.session_id : null;
      } catch (thrown) {
        if (!isFailure(thrown)) throw thrown;
        end(thrown);
        return null;
      }
    },
    cancel: () => {
      abort.abort();
      set({ running: null, failure: null });
    },
  };
});
