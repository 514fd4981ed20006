import { be16, be32, bytes, type Captured, type Endpoint, type IpOptions, tcp } from './packet-bytes';

/** When made captures begin. */
export const T0 = 1_700_000_000;

export interface SegmentOptions {
  /** Payload: text, or that many bytes. */
  data?: string | number | Uint8Array;
  /** Of the sender's own count; where not given it goes on. */
  seq?: number;
  ack?: number;
  window?: number;
  options?: Uint8Array;
  ttl?: number;
  id?: number;
  /** Never reaches the place of capture, nor the other end. */
  lost?: boolean;
  /** Captured, but lost on the way behind it. */
  dropped?: boolean;
  /** Seconds since the packet before; a millisecond where not given. */
  after?: number;
}

/** Options of a SYN. */
export function synOptions({ mss = 1460, scale = 7 as number | null, sack = true } = {}): Uint8Array {
  return bytes(
    ...(mss === 0 ? [] : [bytes(2, 4, be16(mss))]),
    ...(scale === null ? [] : [bytes(3, 3, scale, 1)]),
    ...(sack ? [bytes(4, 2, 1, 1)] : []),
  );
}

export interface TalkOptions {
  client?: Endpoint;
  server?: Endpoint;
  at?: number;
}

/** A TCP conversation, segment by segment: `c` is sent by the client, `s` by the server. Numbers go on by themselves. */
export class Talk {
  readonly packets: Captured[] = [];
  readonly client: Endpoint;
  readonly server: Endpoint;
  at: number;
  readonly seq: [number, number] = [1_000, 500_000];
  /** What each end has got of the other, without holes. */
  readonly got: [number, number] = [0, 0];
  #id: [number, number] = [100, 7_000];
  #lastSeq: [number, number] = [0, 0];

  constructor({ client = { ip: '192.0.2.1', port: 40_000 }, server = { ip: '192.0.2.2', port: 80 }, at = T0 }: TalkOptions = {}) {
    this.client = client;
    this.server = server;
    this.at = at;
  }

  c(flags: string, options: SegmentOptions = {}): this {
    return this.#send(0, flags, options);
  }

  s(flags: string, options: SegmentOptions = {}): this {
    return this.#send(1, flags, options);
  }

  wait(seconds: number): this {
    this.at += seconds;
    return this;
  }

  /** The handshake, with a round trip of `rtt` seconds as seen at the client. */
  open({
    rtt = 0.01,
    client = {} as Parameters<typeof synOptions>[0],
    server = {} as Parameters<typeof synOptions>[0],
  } = {}): this {
    this.c('S', { options: synOptions(client) });
    this.s('SA', { options: synOptions(server), after: rtt });
    return this.c('A', { after: 0.0001 });
  }

  /** Segments of one end, each acknowledged by the other. */
  data(from: 0 | 1, count = 1, size = 1_448): this {
    for (let i = 0; i < count; i++) {
      this.#send(from, 'PA', { data: size });
      this.#send(from === 0 ? 1 : 0, 'A', {});
    }
    return this;
  }

  /** The last segment of this end once more. */
  again(from: 0 | 1, size: number, options: SegmentOptions = {}): this {
    return this.#send(from, 'PA', { data: size, seq: this.#lastSeq[from], ...options });
  }

  close(): this {
    return this.c('FA').s('FA').c('A');
  }

  /** Time goes on: an unrelated datagram is captured `seconds` later. */
  silence(seconds: number): this {
    return this.wait(seconds).#other();
  }

  #other(): this {
    const from = { ip: '203.0.113.77', port: 9 };
    const frame = tcp(from, { ip: '203.0.113.78', port: 9 }, { flags: 'A', seq: 1, ack: 1 });
    this.packets.push({ at: this.at, frame });
    return this;
  }

  #send(from: 0 | 1, flags: string, options: SegmentOptions): this {
    const other = from === 0 ? 1 : 0;
    const { data = new Uint8Array(), window = 60_000, ttl = 64, lost = false, dropped = false, after = 0.001 } = options;
    const payload = typeof data === 'number' ? new Uint8Array(data).fill(0x61) : typeof data === 'string' ? bytes(data) : data;
    const seq = options.seq ?? this.seq[from];
    const length = payload.length + (/[SF]/.test(flags) ? 1 : 0);
    this.at += after;
    if (!lost) {
      const [source, target] = from === 0 ? [this.client, this.server] : [this.server, this.client];
      const ip: IpOptions = { ttl, id: options.id ?? this.#id[from] };
      const ack = options.ack ?? (flags.includes('A') ? this.got[from] : 0);
      this.packets.push({
        at: this.at,
        frame: tcp(source, target, { seq, ack, flags, window, options: options.options, payload }, ip),
      });
    }
    this.#id[from]++;
    if (payload.length > 0) this.#lastSeq[from] = seq;
    if (options.seq === undefined) this.seq[from] += length;
    if (!lost && !dropped) {
      if (flags.includes('S')) this.got[other] = seq + 1;
      else if (seq <= this.got[other] && seq + length > this.got[other]) this.got[other] = seq + length;
    }
    return this;
  }
}

/** A whole conversation that is well. */
export function healthy(options: TalkOptions = {}): Captured[] {
  return new Talk(options)
    .open()
    .c('PA', { data: 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n' })
    .s('PA', { data: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' })
    .c('A')
    .close().packets;
}

/** Captures joined in order of time. */
export function together(...captures: (readonly Captured[])[]): Captured[] {
  return captures.flat().sort((one, other) => one.at - other.at);
}

export { be16, be32 };
