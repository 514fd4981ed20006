import type { BulkTrack } from './bulk-track';

/** A stretch of time in which a receiver took nothing. */
export interface ZeroWindow {
  frame: number;
  time: number;
  probes: number;
  /** 0 and NaN while it lasts. */
  reopenedFrame: number;
  reopenedTime: number;
}

/** A segment that was sent again. */
export interface Repeat {
  seq: number;
  end: number;
  length: number;
  /** Retransmissions of it. */
  times: number;
  frame: number;
  firstTime: number;
  lastFrame: number;
  lastTime: number;
  acked: boolean;
}

/** Bytes that were jumped over. */
export interface Gap {
  seq: number;
  end: number;
  frame: number;
  time: number;
  filled: boolean;
  acked: boolean;
}

/** Duplicate ACKs in a row. */
export interface DuplicateRun {
  frame: number;
  time: number;
  ack: number;
  count: number;
  lastFrame: number;
}

/** What went wrong in one direction; made with the first trouble, for most flows have none. */
export class SideTrouble {
  openZero: ZeroWindow | null = null;
  readonly zeros: ZeroWindow[] = [];
  zeroCount = 0;
  zeroTotal = 0;
  zeroLongest = 0;

  readonly repeats: Repeat[] = [];
  openRepeats = 0;
  readonly gaps: Gap[] = [];
  openGaps = 0;
  gapsTotal = 0;
  gapsFilled = 0;
  gapsAcked = 0;

  run: DuplicateRun | null = null;
  readonly unansweredRuns: DuplicateRun[] = [];

  keepAliveTime = Number.NaN;
  keepAliveRun = 0;
  keepAliveMax = 0;
  readonly keepAliveFrames: number[] = [];

  /** Segments of the other end that this one says it got twice (D-SACK), and where it says so. */
  twice = 0;
  readonly twiceFrames: { frame: number; time: number }[] = [];

  // Copies of a packet in the capture; originals that came late, told by their older identification; retransmissions that
  // were taken for disorder, told by a newer one.
  copies = 0;
  spuriousCopies = 0;
  outOfOrderResent = 0;
  lateSpurious = 0;
  lateRetransmissions = 0;
}

/** Small segments held back until the ACK of the one before, and bursts after a pause. */
export class SidePauses {
  held = 0;
  heldTotal = 0;
  readonly heldFrames: number[] = [];
  restarts = 0;
  restartIdle = 0;
}

/** What is followed of one direction. Times in ns since the base of the capture, sequence numbers relative. */
export class SideTrack {
  ttl = 0;
  lastTime = Number.NaN;
  firstData = Number.NaN;
  lastData = Number.NaN;
  lastDataFrame = 0;
  maxLength = 0;
  maxLengthFrame = 0;
  /** The longest segment that was acknowledged. */
  ackedMax = 0;
  pendingMax = 0;
  pendingEnd = 0;

  // The identifications of IP: those that count up tell the age of a packet.
  lastId = -1;
  idRises = 0;
  idFalls = 0;

  /** When an ACK came that had been delayed; what follows at once had waited for it. */
  releasedAt = Number.NaN;
  releasedWait = 0;
  /** Of the burst since the last pause: all of it, and what went before its first ACK. */
  burstBytes = 0;
  flight = 0;
  flightOpen = false;

  trouble: SideTrouble | null = null;
  pauses: SidePauses | null = null;
  bulk: BulkTrack | null = null;
}

/** What the network layer said of the segment. */
export interface NetworkFacts {
  readonly ttl: number;
  /** 0 where there is none. */
  readonly ipId: number;
  readonly isCopy: boolean;
}
