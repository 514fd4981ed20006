import type { Ends, Piece } from '../piece';
import { u8, u16, u32 } from './bytes';
import type { RowList } from './row-list';

/** Streams of one flow. */
const MAX_STREAMS = 8;
/** A jump of the sequence number larger than this begins a new count (RFC 3550 appendix A.1: MAX_DROPOUT). */
const MAX_DROPOUT = 3_000;
const MAX_MISORDER = 100;
/** A pause this long between packets is a stall that one hears. */
const STALL_S = 0.2;

/** Clock rates of the static payload types of audio (RFC 3551); video and most dynamic types have 90 kHz. */
const CLOCK_RATES = new Map<number, number>([
  [0, 8_000],
  [3, 8_000],
  [4, 8_000],
  [5, 8_000],
  [6, 16_000],
  [7, 8_000],
  [8, 8_000],
  [9, 8_000],
  [10, 44_100],
  [11, 44_100],
  [12, 8_000],
  [13, 8_000],
  [14, 90_000],
  [15, 8_000],
  [16, 11_025],
  [17, 22_050],
  [18, 8_000],
]);

/** One direction of a call: how much of it was lost, and how unevenly it came. */
export interface RtpStream {
  /** Number of the flow. */
  stream: number;
  source: string;
  source_port: number;
  destination: string;
  destination_port: number;
  ssrc: number;
  payload_type: number;
  first_frame: number;
  last_frame: number;
  time: number;
  last_time: number;
  packets: number;
  /** Expected by sequence numbers minus received; repeats make it smaller. */
  lost: number;
  out_of_order: number;
  /** RFC 3550 section 6.4.1. null when the clock rate is not known. */
  jitter_ms: number | null;
  max_jitter_ms: number | null;
  max_gap_ms: number;
  stalls: number;
}

class Stream {
  #highest: number;
  /** Wraps of the sequence number, in steps of 65,536. */
  #cycles = 0;
  #base: number;
  #transit = Number.NaN;
  #jitter = 0;
  /** Expected and received before the count began anew. */
  #lostBefore = 0;
  #received = 0;

  constructor(
    readonly row: RtpStream,
    sequence: number,
    readonly rate: number,
  ) {
    this.#highest = sequence;
    this.#base = sequence;
  }

  packet(frame: number, ts: number, sequence: number, stamp: number): void {
    const { row } = this;
    row.packets++;
    const ahead = (sequence - this.#highest) & 0xffff;
    if (row.packets > 1) this.#gap(ts);
    this.#received++;
    if (ahead > 0 && ahead < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += 65_536;
      this.#highest = sequence;
    } else if (ahead > 65_536 - MAX_MISORDER) row.out_of_order++;
    else if (ahead !== 0) {
      this.#lostBefore = row.lost;
      this.#received = 1;
      this.#cycles = 0;
      this.#base = this.#highest = sequence;
      this.#transit = Number.NaN;
    }
    row.lost = Math.max(0, this.#lostBefore + this.#cycles + this.#highest - this.#base + 1 - this.#received);
    row.last_frame = frame;
    row.last_time = ts;
    if (this.rate > 0) this.#jitterOf(ts * this.rate - stamp);
  }

  #gap(ts: number): void {
    const { row } = this;
    const gap = ts - row.last_time;
    if (gap * 1000 > row.max_gap_ms) row.max_gap_ms = gap * 1000;
    if (gap > STALL_S) row.stalls++;
  }

  #jitterOf(transit: number): void {
    const { row } = this;
    if (!Number.isNaN(this.#transit)) {
      // The stamp wraps at 2^32: differences only, and small ones.
      const difference = Math.abs((transit - this.#transit) % 2 ** 32);
      if (difference < this.rate * 10) this.#jitter += (difference - this.#jitter) / 16;
      row.jitter_ms = (this.#jitter / this.rate) * 1000;
      row.max_jitter_ms = Math.max(row.max_jitter_ms ?? 0, row.jitter_ms);
    }
    this.#transit = transit;
  }
}

/** Whether a datagram has the shape of RTP version 2. */
function isRtp(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 12 && u8(bytes, start) >> 6 === 2;
}

/** RTP and RTCP of one flow, which a session description announced. */
export class RtpFlow {
  readonly #streams = new Map<number, Stream>();

  constructor(
    readonly ends: Ends,
    readonly rows: RowList<RtpStream>,
    /** Clock rates the session description gave, by payload type. */
    readonly rates: ReadonlyMap<number, number>,
    readonly counted: (rtcp: boolean, frame: number) => void,
  ) {}

  read(piece: Piece): boolean {
    const { bytes, start, end, frame, ts, from } = piece;
    if (!isRtp(bytes, start, end)) return false;
    const type = u8(bytes, start + 1);
    // RFC 5761 section 4: these values are RTCP packet types, whatever the port.
    if (type >= 192 && type <= 223) {
      this.counted(true, frame);
      return true;
    }
    this.counted(false, frame);
    const ssrc = u32(bytes, start + 8);
    const sequence = u16(bytes, start + 2);
    const key = ssrc * 2 + from;
    let stream = this.#streams.get(key);
    if (!stream) {
      if (this.#streams.size >= MAX_STREAMS) return true;
      stream = this.#open(piece, ssrc, type & 0x7f, sequence);
      this.#streams.set(key, stream);
    }
    stream.packet(frame, ts, sequence, u32(bytes, start + 4));
    return true;
  }

  #open({ frame, ts, from }: Piece, ssrc: number, payload_type: number, sequence: number): Stream {
    const { a, b } = this.ends;
    const [source, destination] = from === 0 ? [a, b] : [b, a];
    const row: RtpStream = {
      stream: this.ends.number,
      source: source.ip,
      source_port: source.port,
      destination: destination.ip,
      destination_port: destination.port,
      ssrc,
      payload_type,
      first_frame: frame,
      last_frame: frame,
      time: ts,
      last_time: ts,
      packets: 0,
      lost: 0,
      out_of_order: 0,
      jitter_ms: null,
      max_jitter_ms: null,
      max_gap_ms: 0,
      stalls: 0,
    };
    this.rows.add(row);
    return new Stream(row, sequence, this.rates.get(payload_type) ?? CLOCK_RATES.get(payload_type) ?? 0);
  }
}
