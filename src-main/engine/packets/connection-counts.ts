import { connState, isFailed } from './conn-state';
import type { TcpFlow } from './flows';
import { handshakeOf, teardownOf } from './truth-report';

/** How the connections of a capture went, those that were let go of too. */
export class ConnectionCounts {
  total = 0;
  established = 0;
  failed = 0;
  closed = 0;
  reset = 0;
  retransmissions = 0;

  add(flow: TcpFlow): void {
    this.total++;
    if (handshakeOf(flow) === 'complete') this.established++;
    if (isFailed(connState(flow))) this.failed++;
    const teardown = teardownOf(flow);
    if (teardown === 'fin') this.closed++;
    if (teardown === 'rst') this.reset++;
    for (const { flagged } of flow.sides) this.retransmissions += flagged.retransmissions;
  }
}
