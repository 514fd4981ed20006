import type { TopConnection, TopConnectionsEvent } from '@shared/model/traffic';
import { useEffect } from 'react';
import { create } from 'zustand';
import { useStream } from '../../store/use-stream';

interface TopState {
  event: TopConnectionsEvent | null;
  /** MB since the page listens, by connection */
  totals: ReadonlyMap<string, number>;
  receive: (event: TopConnectionsEvent) => void;
  clear: () => void;
}

export const keyOf = ({ protocol, source, destination }: TopConnection): string => `${protocol} ${source} ${destination}`;

/** The busiest connections of the chosen interface, and what each carried meanwhile. */
export const useTop = create<TopState>(set => ({
  event: null,
  totals: new Map(),
  receive: event =>
    set(before => {
      const totals = new Map(before.totals);
      for (const connection of event.connections) {
        const key = keyOf(connection);
        totals.set(key, (totals.get(key) ?? 0) + connection.rx_total + connection.tx_total);
      }
      return { event, totals };
    }),
  clear: () => set({ event: null, totals: new Map() }),
}));

/** Fills the store while the page is there; another interface begins anew. */
export function useTopStream(iface: string | null): void {
  useEffect(() => useTop.getState().clear(), [iface]);
  useStream('top_connections', iface === null ? null : { interface: iface }, useTop.getState().receive);
}
