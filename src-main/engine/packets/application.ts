import type { Ends, Piece } from './piece';
import { PROTOCOL } from './protocol-names';
import { DnsFlow, type DnsProto } from './protocols/dns';
import { Messages, Need } from './protocols/messages';
import { ApplicationRows } from './protocols/rows';
import { type Count, StreamChooser } from './protocols/stream-chooser';
import { truthRows } from './protocols/truth-rows';

/** A flow as the dissectors see it: its ends, and one place for their state. */
export type AppFlow = Ends & { app: unknown };

/** The state of a TCP connection. */
class Stream {
  readonly sides: readonly [Messages, Messages] = [new Messages(), new Messages()];

  constructor(readonly chooser: StreamChooser) {}
}

/** The application layer of a capture: chooses who reads a flow, keeps what was found as rows. */
export class Applications {
  readonly rows = new ApplicationRows();
  readonly #need = new Need();

  constructor(readonly count: Count) {}

  datagram(flow: AppFlow, piece: Piece): void {
    if (piece.length === 0) return;
    if (flow.app === undefined) flow.app = this.#datagramReader(flow);
    if (flow.app instanceof DnsFlow) flow.app.message(piece, piece.bytes, piece.start, piece.end, piece.length);
    else this.count(PROTOCOL.data, piece.frame);
  }

  #datagramReader(flow: AppFlow): DnsFlow | null {
    for (const port of [Math.min(flow.a.port, flow.b.port), Math.max(flow.a.port, flow.b.port)]) {
      const proto = DNS_PORTS.get(port);
      if (proto) return new DnsFlow(proto, 'udp', flow, this.rows.dns, frame => this.count(PROTOCOL[proto], frame));
    }
    return null;
  }

  segment(flow: AppFlow, piece: Piece): void {
    if (piece.length <= 0) return;
    flow.app ??= new Stream(new StreamChooser({ ends: flow, rows: this.rows, count: this.count }));
    if (flow.app instanceof Stream) flow.app.sides[piece.from].segment(piece, flow.app.chooser, this.#need);
  }

  /** The flow ended: one side sent FIN, or someone sent RST. */
  closed(flow: AppFlow, by: 'fin' | 'rst', from: 0 | 1, frame: number, ts: number): void {
    if (by === 'fin' && flow.app instanceof Stream) flow.app.sides[from].end({ frame, ts, from }, flow.app.chooser);
  }

  /** No packet follows. */
  end(): void {}

  /** The rows of netsonde-truth: what tshark lists, in its terms. */
  truthRows(): { dns: object[]; http: object[]; tls: object[] } {
    return truthRows(this.rows);
  }
}

const DNS_PORTS = new Map<number, DnsProto>([
  [53, 'dns'],
  [5353, 'mdns'],
  [5355, 'llmnr'],
]);
