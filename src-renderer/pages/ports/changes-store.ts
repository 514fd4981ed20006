import type { PortChange } from '@shared/model/port';
import { create } from 'zustand';

const KEPT = 100;

interface ChangesEvent {
  snapshot: boolean;
  changes: readonly PortChange[];
}

interface ChangesState {
  /** Newest first; null until the engine has told what it knows: not known is not none. */
  changes: readonly PortChange[] | null;
  receive: (event: ChangesEvent) => void;
}

/** Newest first; a snapshot begins anew. */
export function mergeChanges(before: readonly PortChange[], event: ChangesEvent): PortChange[] {
  return [...event.changes.toReversed(), ...(event.snapshot ? [] : before)].toSorted((a, b) => b.at_ms - a.at_ms).slice(0, KEPT);
}

/** Listeners that came and went; kept while another page is shown and while the link is lost. */
export const useChanges = create<ChangesState>(set => ({
  changes: null,
  receive: event => set(({ changes }) => ({ changes: mergeChanges(changes ?? [], event) })),
}));
