import type { Ends, Piece } from './piece';
import { PROTOCOL } from './protocol-names';
import { DatagramChooser } from './protocols/datagram-chooser';
import { KeyLog } from './protocols/key-log';
import type { Count } from './protocols/making';
import { MediaSessions } from './protocols/media';
import { Messages, Need } from './protocols/messages';
import { ApplicationRows } from './protocols/rows';
import { StreamChooser } from './protocols/stream-chooser';
import { truthRows } from './protocols/truth-rows';
import { KeptBytes } from './protocols/unfinished';

/** A flow as the dissectors see it: its ends, and one place for their state. */
export type AppFlow = Ends & { app: unknown };

/** The state of a TCP connection. */
class Stream {
  /** Bit 1: a sent FIN; bit 2: b did. */
  fins = 0;
  readonly sides: readonly [Messages, Messages];

  constructor(
    readonly chooser: StreamChooser,
    budget: KeptBytes,
  ) {
    this.sides = [new Messages(budget), new Messages(budget)];
  }
}

/** The application layer of a capture: chooses who reads a flow, keeps what was found as rows. */
export class Applications {
  readonly rows = new ApplicationRows();
  /** Secrets that stand in the capture file itself. */
  readonly keys = new KeyLog();
  readonly #need = new Need();
  readonly #kept = new KeptBytes();
  readonly #media = new MediaSessions();

  constructor(readonly count: Count) {}

  datagram(flow: AppFlow, piece: Piece): void {
    if (piece.length <= 0) return;
    flow.app ??= new DatagramChooser({ ends: flow, rows: this.rows, count: this.count, keys: this.keys }, this.#media);
    if (flow.app instanceof DatagramChooser) flow.app.read(piece);
  }

  segment(flow: AppFlow, piece: Piece): void {
    if (piece.length <= 0 || flow.app === OVER) return;
    flow.app ??= new Stream(new StreamChooser({ ends: flow, rows: this.rows, count: this.count, keys: this.keys }), this.#kept);
    if (flow.app instanceof Stream) flow.app.sides[piece.from].segment(piece, flow.app.chooser, this.#need);
  }

  /**
   * A packet that an ICMP error quotes: it counts for its protocols, as in Wireshark, and makes no rows.
   * @param app state of the flow it belongs to
   */
  quoted(app: unknown, tcp: boolean, sport: number, dport: number, piece: Piece): void {
    if (piece.start >= piece.end) return;
    if (app instanceof DatagramChooser && app.isQuic) {
      this.count(PROTOCOL.quic, piece.frame);
      return;
    }
    const ends = { a: { ip: '', port: sport }, b: { ip: '', port: dport }, number: 0 };
    const making = { ends, rows: new ApplicationRows(0), count: this.count, keys: this.keys };
    if (tcp) new StreamChooser(making).read(piece, piece.bytes, piece.start, piece.end, this.#need, false);
    else new DatagramChooser(making, new MediaSessions()).read(piece);
  }

  /** One side sent FIN, or someone sent RST. State is let go of when nothing can follow. */
  closed(flow: AppFlow, by: 'fin' | 'rst', from: 0 | 1, frame: number, ts: number): void {
    if (by === 'rst' || !(flow.app instanceof Stream)) return;
    const { app } = flow;
    app.sides[from].end({ frame, ts, from }, app.chooser);
    app.fins |= 1 << from;
    if (app.fins === 3 && app.sides[0].isIdle && app.sides[1].isIdle) flow.app = OVER;
  }

  /** The flow table lets go of the flow. */
  forget(flow: AppFlow): void {
    if (flow.app instanceof Stream) for (const side of flow.app.sides) side.release();
    flow.app = OVER;
  }

  /** No packet follows. */
  end(): void {}

  /** The rows of netsonde-truth: what tshark lists, in its terms. */
  truthRows(): { dns: object[]; http: object[]; tls: object[] } {
    return truthRows(this.rows);
  }
}

/** Stands in a flow whose both ends have closed. */
const OVER = Symbol('over');
