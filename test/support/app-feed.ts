import { Applications } from '../../src-main/engine/packets/application';
import { ARRIVAL, type Arrival, type Piece } from '../../src-main/engine/packets/piece';
import { PROTOCOL_NAMES } from '../../src-main/engine/packets/protocol-names';
import { bytes, type Endpoint } from './packet-bytes';

/** How a segment comes; everything may be left out. */
export interface Coming {
  arrival?: Arrival;
  /** Place in its direction; without it the segment follows the last one. */
  offset?: number;
  /** Bytes on the wire when fewer were captured. */
  length?: number;
  at?: number;
}

/** One flow, fed piece by piece: what the TCP layer would hand over, without packets. */
export class AppFeed {
  readonly applications: Applications;
  readonly flow;
  /** Frames counted, by protocol. */
  readonly counted = new Map<string, number[]>();
  #frame = 0;
  readonly #next: [number, number] = [0, 0];

  constructor(
    readonly port: number,
    { client = { ip: '192.0.2.1', port: 40_000 }, applications }: { client?: Endpoint; applications?: Applications } = {},
  ) {
    this.flow = { number: 1, a: client, b: { ip: '192.0.2.2', port }, app: undefined as unknown }; // the applications own it
    this.applications =
      applications ??
      new Applications((protocol, frame) => {
        const name = PROTOCOL_NAMES[protocol] ?? '';
        const frames = this.counted.get(name) ?? [];
        if (!frames.includes(frame)) frames.push(frame);
        this.counted.set(name, frames);
      });
  }

  get rows() {
    return this.applications.rows;
  }

  segment(from: 0 | 1, payload: string | Uint8Array, coming: Coming = {}): this {
    const piece = this.#piece(from, payload, coming);
    piece.offset = coming.offset ?? this.#next[from];
    this.#next[from] = Math.max(this.#next[from], piece.offset + piece.length);
    this.applications.segment(this.flow, piece);
    return this;
  }

  /** Cuts the payload into segments of `size` bytes. */
  segments(from: 0 | 1, payload: string | Uint8Array, size: number): this {
    const all = bytes(payload);
    for (let start = 0; start < all.length; start += size) this.segment(from, all.subarray(start, start + size));
    return this;
  }

  datagram(from: 0 | 1, payload: string | Uint8Array, coming: Coming = {}): this {
    this.applications.datagram(this.flow, this.#piece(from, payload, coming));
    return this;
  }

  fin(from: 0 | 1): this {
    this.applications.closed(this.flow, 'fin', from, ++this.#frame, this.#frame);
    return this;
  }

  /** Frames counted for a protocol. */
  frames(name: string): number[] {
    return this.counted.get(name) ?? [];
  }

  /** A frame is one second after the one before, unless `at` says otherwise. */
  #piece(from: 0 | 1, payload: string | Uint8Array, { arrival = ARRIVAL.inOrder, length, at }: Coming): Piece {
    const frame = ++this.#frame;
    const body = bytes(payload);
    // The payload stands inside a larger buffer, as it does in a capture.
    const packet = bytes(new Uint8Array(7).fill(0xee), body, new Uint8Array(5).fill(0xee));
    return {
      frame,
      ts: at ?? frame,
      from,
      bytes: packet,
      start: 7,
      end: 7 + body.length,
      length: length ?? body.length,
      offset: 0,
      arrival,
      gap: false,
    };
  }
}
