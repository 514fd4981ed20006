/** A stretch of a TCP stream, or one datagram, as a dissector sees it. Reused: valid only during the call. */
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
  /** TCP: how many bytes of this direction came before, since the first one seen. 0 for datagrams. */
  offset: number;
  /**
   * TCP: bytes of this direction right before this piece were not handed over: lost, cut, or they came late. As tshark
   * does it, a segment that is a retransmission or out of order is handed to no dissector.
   */
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
}
