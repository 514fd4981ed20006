import { connState, isFailed } from './conn-state';
import type { TcpFlow } from './flows';
import { handshakeOf, teardownOf } from './truth-report';

/** How the connections of a capture went. */
export interface ConnectionCounts {
  total: number;
  established: number;
  failed: number;
  closed: number;
  reset: number;
  retransmissions: number;
}

export function noConnections(): ConnectionCounts {
  return { total: 0, established: 0, failed: 0, closed: 0, reset: 0, retransmissions: 0 };
}

export function countConnection(counts: ConnectionCounts, flow: TcpFlow): void {
  counts.total++;
  if (handshakeOf(flow) === 'complete') counts.established++;
  if (isFailed(connState(flow))) counts.failed++;
  const teardown = teardownOf(flow);
  if (teardown === 'fin') counts.closed++;
  if (teardown === 'rst') counts.reset++;
  for (const { flagged } of flow.sides) counts.retransmissions += flagged.retransmissions;
}
