// Flows as detectors see them: plain and read-only. Times are seconds since 1970, frames Wireshark's numbers.

export type Side = 0 | 1;

export type Pair<T> = readonly [T, T];

export interface End {
  readonly ip: string;
  readonly port: number;
}

/** A SYN, FIN or RST. Sequence numbers are relative. */
export interface Mark {
  readonly frame: number;
  readonly ts: number;
  readonly from: Side;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly ttl: number;
}

export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

/** The kinds of tcp.analysis flags that leave evidence. */
export type NoteKind =
  | 'retransmission'
  | 'fastRetransmission'
  | 'spuriousRetransmission'
  | 'duplicateAck'
  | 'outOfOrder'
  | 'zeroWindow'
  | 'zeroWindowProbe'
  | 'lostSegment'
  | 'ackLostSegment'
  | 'keepAlive'
  | 'windowFull';

export interface Sighting {
  readonly frame: number;
  readonly ts: number;
  readonly from: Side;
  readonly seq: number;
  readonly length: number;
  /** ms since the segment was sent first; of a duplicate ACK its number. */
  readonly value: number;
  /** The packet it repeats; 0 when there is none. */
  readonly other: number;
}

/** All of one kind in a flow, both directions: counted, and some kept. */
export interface Note {
  readonly count: number;
  readonly first: readonly Sighting[];
  readonly worst: Sighting;
  readonly last: Sighting;
}

export interface ZeroWindowFacts {
  readonly frame: number;
  readonly ts: number;
  readonly probes: number;
  /** null while it lasts. */
  readonly reopenedFrame: number | null;
  readonly lasted_ms: number;
}

export interface RepeatFacts {
  readonly length: number;
  /** Retransmissions of the same segment. */
  readonly times: number;
  readonly frame: number;
  readonly ts: number;
  readonly lastFrame: number;
  readonly lastTs: number;
  readonly acked: boolean;
}

export interface GapFacts {
  readonly frame: number;
  readonly ts: number;
  readonly bytes: number;
  readonly filled: boolean;
  readonly acked: boolean;
}

export interface DuplicateRunFacts {
  readonly frame: number;
  readonly ts: number;
  readonly lastFrame: number;
  readonly count: number;
}

/** A direction that carried 64 KiB and more. */
export interface BulkFacts {
  /** Share of the time, 0 to 1, the transfer waited for each. */
  readonly waits: { zeroWindow: number; window: number; loss: number; application: number; network: number };
  readonly maxWindow: number;
  readonly maxInFlight: number;
  /** Pairs of round trip (ms) and bytes in flight. */
  readonly samples: readonly { rtt_ms: number; inFlight: number }[];
}

/** One direction of a TCP flow: what this end sent. */
export interface SideFacts {
  readonly packets: number;
  readonly bytes: number;
  readonly payload: number;
  readonly dataSegments: number;
  /** All kinds; as Wireshark counts them. */
  readonly retransmissions: number;
  readonly fastRetransmissions: number;
  readonly spuriousRetransmissions: number;
  readonly retransmittedBytes: number;
  /** Bytes of the stream from the first to the highest one seen, holes among them: what was sent twice counts once. */
  readonly streamBytes: number;
  /** Of the retransmissions: copies of a packet in the capture, and originals that were overtaken. */
  readonly copies: number;
  readonly spuriousCopies: number;
  /** Of those out of order: sent again in truth, by their IP identification. */
  readonly outOfOrderResent: number;
  readonly lateSpurious: number;
  readonly lateRetransmissions: number;
  readonly duplicateAcks: number;
  readonly outOfOrder: number;
  readonly zeroWindows: number;
  readonly lostSegments: number;
  readonly ackLostSegments: number;
  readonly keepAlives: number;
  readonly windowFull: number;
  readonly resets: number;
  readonly fins: number;
  readonly syns: number;
  /** Options of the SYN; null when it was not seen or has none. */
  readonly mss: number | null;
  readonly windowScale: number | null;
  readonly offersSack: boolean;
  /** Everything sent was acknowledged. */
  readonly allAcked: boolean;
  /** From a segment of this end to the ACK of just it. */
  readonly rtt: { count: number; min_ms: number; mean_ms: number; max_ms: number } | null;
  readonly lastTs: number;
  readonly firstDataTs: number;
  readonly lastDataTs: number;
  readonly lastDataFrame: number;
  /** The longest segment sent, and the longest that was acknowledged. */
  readonly maxLength: number;
  readonly maxLengthFrame: number;
  readonly ackedMax: number;
  /** When this end's window was 0. */
  readonly zeroWindow: {
    count: number;
    total_ms: number;
    longest_ms: number;
    open: ZeroWindowFacts | null;
    episodes: readonly ZeroWindowFacts[];
  };
  readonly repeats: readonly RepeatFacts[];
  readonly gaps: { total: number; filled: number; acked: number; kept: readonly GapFacts[] };
  /** Segments of the other end that this one says it got twice (D-SACK). */
  readonly twice: { count: number; frames: readonly { frame: number; ts: number }[] };
  /** Runs of duplicate ACKs of this end that the other did not react to. */
  readonly unansweredRuns: readonly DuplicateRunFacts[];
  readonly keepAliveRun: number;
  readonly keepAliveFrames: readonly number[];
  /** Small segments that waited for the ACK of the one before. */
  readonly held: { count: number; total_ms: number; frames: readonly number[] };
  /** Bursts after a pause whose first flight was that of a new connection. */
  readonly restarts: number;
  readonly bulk: BulkFacts | null;
}

/** How things stood when a RST came; "own" is who sent it. */
export interface ResetFacts {
  readonly frame: number;
  readonly ts: number;
  readonly from: Side;
  readonly idle_ms: number;
  readonly unackedOwn: number;
  readonly unackedOther: number;
  readonly finOwn: boolean;
  readonly finOther: boolean;
  readonly lastDataOwn: number;
  readonly lastDataOther: number;
  /** The last data came from the other end. */
  readonly unanswered: boolean;
  readonly usualTtl: number;
  readonly ttl: number;
  /** More of the same end came after it. */
  readonly followed: boolean;
}

export interface Process {
  readonly pid: number | null;
  readonly program: string | null;
}

interface FlowCommon {
  readonly number: number;
  readonly a: End;
  readonly b: End;
  readonly firstFrame: number;
  readonly firstTs: number;
  readonly lastTs: number;
  readonly process: Process | null;
}

/** `a` sent the SYN, or the first packet. */
export interface TcpFacts extends FlowCommon {
  readonly proto: 'tcp';
  readonly syns: readonly Mark[];
  readonly synAcks: readonly Mark[];
  readonly fins: readonly Mark[];
  readonly resets: readonly Mark[];
  readonly resetContexts: readonly ResetFacts[];
  /** From the SYN to the ACK that ends the handshake; null when not seen. */
  readonly initialRtt_ms: number | null;
  readonly handshakeComplete: boolean;
  /** Packets of both ends are in the capture. */
  readonly bothWays: boolean;
  readonly reusedPorts: boolean;
  readonly previous: { lastTs: number; number: number } | null;
  readonly sides: Pair<SideFacts>;
  note(kind: NoteKind): Note | undefined;
}

export interface StallFacts {
  readonly fromFrame: number;
  readonly frame: number;
  readonly ts: number;
  readonly lasted_ms: number;
}

export interface UdpSideFacts {
  readonly packets: number;
  readonly bytes: number;
  readonly firstTs: number;
  readonly lastTs: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly stalls: { count: number; total_ms: number; longest_ms: number; kept: readonly StallFacts[] };
  /** By the numbers its protocol puts on datagrams in clear text; null without them. */
  readonly numbered: { protocol: string; received: number; lost: number; gapFrames: readonly number[] } | null;
}

/** `a` sent first. */
export interface UdpFacts extends FlowCommon {
  readonly proto: 'udp';
  readonly sides: Pair<UdpSideFacts>;
}

export type FlowFacts = TcpFacts | UdpFacts;

/**
 * TCP flows that show a sign, found in one pass: rules look closer at few flows instead of at all of them. A sign is
 * necessary for the rules that ask for it, never sufficient.
 */
export interface TcpSigns {
  /** Any tcp.analysis flag that leaves a note. */
  readonly flagged: readonly TcpFacts[];
  readonly reset: readonly TcpFacts[];
  /** 64 KiB and more in a direction. */
  readonly transfers: readonly TcpFacts[];
  /** Began with a SYN in the capture. */
  readonly attempted: readonly TcpFacts[];
  /** A SYN, and no SYN/ACK. */
  readonly notOpened: readonly TcpFacts[];
  /** More than one SYN or SYN/ACK. */
  readonly openedAgain: readonly TcpFacts[];
  /** A handshake of more than 100 ms. */
  readonly slow: readonly TcpFacts[];
  /** An MSS that is missing or below 1,400, scaling or SACK that one end did not take. */
  readonly options: readonly TcpFacts[];
  /** One end closed and the other did not, or a FIN was sent thrice. */
  readonly halfClosed: readonly TcpFacts[];
  readonly reusedPorts: readonly TcpFacts[];
  /** Small segments held back, or bursts after pauses. */
  readonly pauses: readonly TcpFacts[];
  /** Segments larger than the other end's MSS, or than an Ethernet frame holds. */
  readonly large: readonly TcpFacts[];
  /** Data, and packets of one end only. */
  readonly oneWay: readonly TcpFacts[];
  /** How many flows have data. */
  readonly withData: number;
}
