import type { TopConnection, TopConnectionsEvent } from '@shared/model/traffic';
import { expect, test } from 'vitest';
import { keyOf, selectTop, useTop } from './top-store';

const CONNECTION = { protocol: 'TCP', source: '192.0.2.10:40000', destination: '198.51.100.7:443' } as TopConnection; // what names it

function event(at_ms: number): TopConnectionsEvent {
  const connection = { ...CONNECTION, rx_total: 2, tx_total: 1 };
  return { at_ms, connections: [connection] } as TopConnectionsEvent; // what the store reads
}

test('shows what was there when it was paused, and has counted on when it goes on', () => {
  const { receive, hold } = useTop.getState();
  receive(event(1));
  hold(true);
  receive(event(2));
  expect(selectTop(useTop.getState()).event?.at_ms).toBe(1);
  hold(false);
  expect(selectTop(useTop.getState()).event?.at_ms).toBe(2);
  expect(selectTop(useTop.getState()).totals.get(keyOf(CONNECTION))).toBe(6);
});
