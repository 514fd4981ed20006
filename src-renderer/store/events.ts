import type { EventsBlind, KernelEventBatch, KernelEventParams } from '@shared/model/event';
import type { Coverage } from '@shared/model/source';
import { useEffect } from 'react';
import { create } from 'zustand';
import { applyBatch, type Timeline } from './timeline';
import { useStream } from './use-stream';

interface EventsState {
  /** What is shown, oldest first. Changed in place; `version` says that it changed. */
  rows: Timeline;
  version: number;
  /** Whether the snapshot has come. */
  ready: boolean;
  blind: EventsBlind | null;
  coverage: Coverage | null;
  held: boolean;
  /** Events since `rows` are held. */
  waiting: number;
  receive: (batch: KernelEventBatch) => void;
  /** Keeps `rows` as they are until it is let go; what comes meanwhile is kept beside it. */
  hold: (on: boolean) => void;
  reset: () => void;
}

const EMPTY = { ready: false, blind: null, coverage: null, waiting: 0 } as const;

/** The timeline of the page that is shown. */
export const useEvents = create<EventsState>((set, get) => {
  let live: Timeline = new Map();
  return {
    ...EMPTY,
    held: false,
    rows: live,
    version: 0,
    receive(batch) {
      const { coverage, held, waiting, version, ready } = get();
      applyBatch(live, batch, coverage, Date.now());
      const seen = { ready: true, blind: batch.blind, coverage: batch.coverage };
      // A snapshot is what was asked for, also while rows are held; a second one comes after a lost connection, and what
      // came meanwhile is not known one by one.
      if (held && !ready) set({ ...seen, rows: new Map(live), version: version + 1 });
      else if (held) set({ ...seen, waiting: waiting + (batch.snapshot ? 0 : batch.events.length + batch.skipped) });
      else set({ ...seen, rows: live, version: version + 1 });
    },
    hold(on) {
      const { held, version } = get();
      if (on === held) return;
      set({ held: on, waiting: 0, rows: on ? new Map(live) : live, version: version + 1 });
    },
    reset() {
      live = new Map();
      set({ ...EMPTY, rows: live, version: get().version + 1 });
    },
  };
});

/** Fills the timeline while the page is there. Other parameters begin with another snapshot. */
export function useTimeline(params: KernelEventParams | null): void {
  const key = JSON.stringify(params);
  useEffect(() => {
    useEvents.getState().reset();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the parameters by their value
  }, [key]);
  useStream('kernel_event', params, useEvents.getState().receive);
}
