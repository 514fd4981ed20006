import type { StreamMap } from '@shared/bridge';
import type { DropSecond } from '@shared/model/drop';
import type { EventSecond } from '@shared/model/event';
import { create } from 'zustand';
import { WINDOW } from './interfaces';
import { useStream } from './use-stream';

interface RatesState {
  /** Oldest first, at most 15 minutes. */
  events: readonly EventSecond[];
  drops: readonly DropSecond[];
  /** Whether the snapshots have come. */
  eventsReady: boolean;
  dropsReady: boolean;
}

/** Seconds that left the window go, also where seconds without drops were left out. */
function append<Second extends { at_ms: number }>(before: readonly Second[], added: readonly Second[]): readonly Second[] {
  const newest = added.at(-1)?.at_ms ?? before.at(-1)?.at_ms ?? 0;
  return [...before, ...added].filter(({ at_ms }) => at_ms > newest - WINDOW * 1_000);
}

/** What is counted a second, whether its events are listed or not. */
export const useRates = create<RatesState>(() => ({ events: [], drops: [], eventsReady: false, dropsReady: false }));

const receiveEvents = ({ snapshot, seconds }: StreamMap['event_rate']['event']): void =>
  useRates.setState(({ events }) => ({ events: append(snapshot ? [] : events, seconds), eventsReady: true }));
const receiveDrops = ({ snapshot, seconds }: StreamMap['drop_rate']['event']): void =>
  useRates.setState(({ drops }) => ({ drops: append(snapshot ? [] : drops, seconds), dropsReady: true }));
const NOTHING: Record<string, never> = {};

export function useEventRates(): readonly EventSecond[] {
  useStream('event_rate', NOTHING, receiveEvents);
  return useRates(state => state.events);
}

export function useDropRates(): readonly DropSecond[] {
  useStream('drop_rate', NOTHING, receiveDrops);
  return useRates(state => state.drops);
}
