import type { TopConnection, TopConnectionsEvent } from '@shared/model/traffic';
import { useEffect } from 'react';
import { create } from 'zustand';
import { useStream } from '../../store/use-stream';

interface Top {
  event: TopConnectionsEvent | null;
  /** MB since the page listens, by connection */
  totals: ReadonlyMap<string, number>;
}

interface TopState extends Top {
  /** What the page shows while it is paused; counting goes on. */
  held: Top | null;
  hold: (on: boolean) => void;
  receive: (event: TopConnectionsEvent) => void;
  clear: () => void;
}

export const keyOf = ({ protocol, source, destination }: TopConnection): string => `${protocol} ${source} ${destination}`;

/** The busiest connections of the chosen interface, and what each carried meanwhile. */
export const useTop = create<TopState>(set => ({
  event: null,
  totals: new Map(),
  held: null,
  hold: on => set(({ event, totals }) => ({ held: on ? { event, totals } : null })),
  receive: event =>
    set(before => {
      const totals = new Map(before.totals);
      for (const connection of event.connections) {
        const key = keyOf(connection);
        totals.set(key, (totals.get(key) ?? 0) + connection.rx_total + connection.tx_total);
      }
      return { event, totals };
    }),
  clear: () => set({ event: null, totals: new Map(), held: null }),
}));

/** What is shown: the newest, or what was there when the page was paused. */
export const selectTop = (state: TopState): Top => state.held ?? state;

/** Fills the store while the page is there; another interface begins anew. */
export function useTopStream(iface: string | null, paused: boolean): void {
  useEffect(() => useTop.getState().clear(), [iface]);
  useEffect(() => useTop.getState().hold(paused), [paused]);
  useStream('top_connections', iface === null ? null : { interface: iface }, useTop.getState().receive);
}
