/** Packets kept in the log of a capture; older ones make room. */
export const LOG_PACKETS = 262_144;
const FIRST_ROOM = 4_096;

/** What the log keeps of one packet of a flow: header fields, never payload. */
export interface LoggedPacket {
  frame: number;
  /** ns since the base of the capture. */
  time: number;
  flow: number;
  from: 0 | 1;
  /** Of TCP; 0 for datagrams. */
  flags: number;
  /** Relative; 0 for datagrams. */
  seq: number;
  ack: number;
  window: number;
  /** Payload on the wire. */
  length: number;
  /** Bits of ANALYSIS. */
  analysis: number;
  isTcp: boolean;
}

const TCP = 2;

/** The latest packets of all flows, or of one, in columns: a packet costs 34 bytes and no object. */
export class PacketLog {
  #room = FIRST_ROOM;
  #frame = new Float64Array(FIRST_ROOM);
  #time = new Float64Array(FIRST_ROOM);
  #flow = new Uint32Array(FIRST_ROOM);
  #seq = new Uint32Array(FIRST_ROOM);
  #ack = new Uint32Array(FIRST_ROOM);
  #length = new Uint32Array(FIRST_ROOM);
  #window = new Uint16Array(FIRST_ROOM);
  #analysis = new Uint16Array(FIRST_ROOM);
  #flags = new Uint8Array(FIRST_ROOM);
  #kind = new Uint8Array(FIRST_ROOM);
  /** Packets ever added. */
  added = 0;

  /** @param onlyFlow keeps the packets of one flow only; 0 keeps all */
  constructor(readonly onlyFlow = 0) {}

  add(
    frame: number,
    time: number,
    flow: number,
    from: 0 | 1,
    isTcp: boolean,
    length: number,
    flags: number,
    seq: number,
    ack: number,
    window: number,
    analysis: number,
  ): void {
    if (this.onlyFlow !== 0 && flow !== this.onlyFlow) return;
    if (this.added === this.#room && this.#room < LOG_PACKETS) this.#grow();
    const at = this.added++ % this.#room;
    this.#frame[at] = frame;
    this.#time[at] = time;
    this.#flow[at] = flow;
    this.#seq[at] = seq;
    this.#ack[at] = ack;
    this.#length[at] = length;
    this.#window[at] = window;
    this.#analysis[at] = analysis;
    this.#flags[at] = flags;
    this.#kind[at] = isTcp ? from | TCP : from;
  }

  /** How many of the first packets are no longer there. */
  get forgotten(): number {
    return Math.max(0, this.added - this.#room);
  }

  /** The kept packets of one flow, oldest first. */
  *of(flow: number): Generator<LoggedPacket> {
    for (let number = this.forgotten; number < this.added; number++) {
      const at = number % this.#room;
      if (this.#flow[at] === flow) yield this.#read(at);
    }
  }

  #read(at: number): LoggedPacket {
    const kind = this.#kind[at] ?? 0;
    return {
      frame: this.#frame[at] ?? 0,
      time: this.#time[at] ?? 0,
      flow: this.#flow[at] ?? 0,
      from: (kind & 1) === 1 ? 1 : 0,
      flags: this.#flags[at] ?? 0,
      seq: this.#seq[at] ?? 0,
      ack: this.#ack[at] ?? 0,
      window: this.#window[at] ?? 0,
      length: this.#length[at] ?? 0,
      analysis: this.#analysis[at] ?? 0,
      isTcp: (kind & TCP) !== 0,
    };
  }

  #grow(): void {
    this.#room *= 2;
    const larger = <Column extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
      column: Column,
      empty: Column,
    ): Column => {
      empty.set(column);
      return empty;
    };
    this.#frame = larger(this.#frame, new Float64Array(this.#room));
    this.#time = larger(this.#time, new Float64Array(this.#room));
    this.#flow = larger(this.#flow, new Uint32Array(this.#room));
    this.#seq = larger(this.#seq, new Uint32Array(this.#room));
    this.#ack = larger(this.#ack, new Uint32Array(this.#room));
    this.#length = larger(this.#length, new Uint32Array(this.#room));
    this.#window = larger(this.#window, new Uint16Array(this.#room));
    this.#analysis = larger(this.#analysis, new Uint16Array(this.#room));
    this.#flags = larger(this.#flags, new Uint8Array(this.#room));
    this.#kind = larger(this.#kind, new Uint8Array(this.#room));
  }
}
