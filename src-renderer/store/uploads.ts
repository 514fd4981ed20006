import type { FileReply, OpenedFile } from '@shared/bridge';
import type { CaptureFileAnalysis } from '@shared/model/capture';
import { create } from 'zustand';
import { handOver } from './hand-over';
import { callTool, failureOf, type ToolFailure } from './use-tool';

interface UploadsState {
  /** The file under way. Leaving the page does not end it. */
  running: { name: string; step: 'uploading' | 'analysing' /** 0 to 1 */; done: number } | null;
  failure: ToolFailure | null;
  /**
   * Analyses a file of the page, or one that the desktop app opened.
   * @returns the id of the report; null when it failed, was cancelled or dismissed
   */
  analyse: (file: File | FileReply) => Promise<string | null>;
  cancel: () => void;
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
    async analyse(source) {
      if (!(source instanceof File) && !source.success) {
        set({ failure: failureOf(source) });
        return null;
      }
      const given = source instanceof File ? source : source.data;
      if (given === null) return null;
      abort.abort();
      const own = new AbortController();
      abort = own;
      const tell = (name: string, step: 'uploading' | 'analysing', done: number): void => {
        if (!own.signal.aborted) set({ running: { name, step, done } });
      };
      const end = (failure: ToolFailure | null): void => {
        if (abort === own) set({ running: null, failure: failure?.code === 'cancelled' ? null : failure });
      };
      const handedOver = (): OpenedFile | Promise<OpenedFile> => {
        if (!(given instanceof File)) return given;
        tell(given.name, 'uploading', 0);
        return handOver(given, own.signal, done => tell(given.name, 'uploading', done));
      };
      set({ failure: null });
      try {
        const { upload_id, name } = await handedOver();
        tell(name, 'analysing', 0);
        const reply = await callTool<CaptureFileAnalysis>(
          'analyze_capture_file',
          { upload_id, name: name.slice(0, 255) },
          own.signal,
          ({ done }) => tell(name, 'analysing', done),
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
