/**
 * How a segment arrived. tshark 4.4 reads application data so (its defaults, found by comparing with its counts): what
 * is out of order or a timed-out retransmission only fills a hole of a message, and never completes one; a spurious
 * retransmission and a keep-alive reach no dissector; a fast retransmission is read like a new segment.
 */
export const ARRIVAL = { inOrder: 0, outOfOrder: 1, retransmission: 2, fast: 3, spurious: 4, keepAlive: 5 } as const; // literal numbers
export type Arrival = (typeof ARRIVAL)[keyof typeof ARRIVAL];

/** A segment with bytes of a TCP stream, or one datagram, as a dissector sees it. Reused: valid only during the call. */
export interface Piece {
  /** 1-based packet number of the capture. */
  frame: number;
  /** Seconds since 1970. */
  ts: number;
  /** 0: sent by end `a` of the flow (the client, or who sent first), 1: by end `b`. */
  from: 0 | 1;
  /** The captured bytes: `bytes[start]` to `bytes[end - 1]`. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Bytes on the wire; more than end - start when the snap length cut the packet. */
  length: number;
  /**
   * TCP: the place of the first byte in its direction, counted from the first byte seen there (it grows past 2^32, and is
   * negative for a segment that is older than the first one seen). 0 for datagrams.
   */
  offset: number;
  /** TCP: how the analysis read the segment, see ARRIVAL. Every segment with bytes is handed over, in file order. */
  arrival: Arrival;
  /** Of a datagram: the TTL or hop limit it came with. */
  ttl?: number;
  /** TCP: bytes of this direction right before this piece were never captured, or come late. */
  gap: boolean;
}

/** One end of a flow, as rows show it. */
export interface End {
  ip: string;
  port: number;
}

/** The two ends of a flow; `a` is the client, or who sent first. */
export interface Ends {
  readonly a: End;
  readonly b: End;
  /** Of the flow; rows name it as their stream. 0 where there is none. */
  readonly number: number;
}
