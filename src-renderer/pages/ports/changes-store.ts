import type { PortChange } from '@shared/model/port';
import { create } from 'zustand';
import type { Listener } from '../../store/aggregate';

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

/** Since when a listener is there, from what was told of all its addresses; null when one of them was there before. */
function openedMs({ protocol, port, addresses }: Listener, changes: readonly PortChange[]): number | null {
  const openings = addresses.map(address => {
    const last = changes.find(each => each.port === port && each.local_ip === address && each.protocol.startsWith(protocol));
    return last?.kind === 'opened' ? last.at_ms : null;
  });
  const known = openings.filter(at => at !== null);
  return known.length === openings.length ? Math.min(...known) : null;
}

/** Ports are watched all the time, the table of sockets only while it is shown: what came before is told by the former. */
export function withOpenings(listeners: readonly Listener[], changes: readonly PortChange[]): Listener[] {
  return listeners.map(each => (each.first_seen_ms === null ? { ...each, first_seen_ms: openedMs(each, changes) } : each));
}

/** Listeners that came and went; kept while another page is shown and while the link is lost. */
export const useChanges = create<ChangesState>(set => ({
  changes: null,
  receive: event => set(({ changes }) => ({ changes: mergeChanges(changes ?? [], event) })),
}));
