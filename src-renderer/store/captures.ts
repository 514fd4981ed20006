import type { StreamMap } from '@shared/bridge';
import type { CaptureSummary } from '@shared/model/capture';
import { create } from 'zustand';

interface CapturesState {
  /** Newest first. */
  captures: readonly CaptureSummary[];
  /** Whether the snapshot has come. */
  ready: boolean;
  receive: (event: StreamMap['captures']['event']) => void;
}

/** Captures and analysed files, in every window the same; the frame listens to them. */
export const useCaptures = create<CapturesState>(set => ({
  captures: [],
  ready: false,
  receive: ({ captures }) => set({ captures, ready: true }),
}));

/** A capture that takes packets or waits for its trigger; files that are being read are none. */
export function isCapturing({ kind, status }: CaptureSummary): boolean {
  return kind === 'capture' && status === 'running';
}
