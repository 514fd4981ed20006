import { sanitizeUntrusted } from '@shared/sanitize';
import { type CaptureInterface, type CaptureReader, MAX_CAPTURED, type PacketSink, reader16, reader32 } from './reader';

export const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const STATISTICS = 5;
const ENHANCED_PACKET = 6;
const SECRETS = 10;
/** "TLSK": a key log in the form of NSS. */
const TLS_KEY_LOG = 0x544c534b;
/** Records of others, to be copied or not: they have a number in Wireshark, so they count here too. */
const CUSTOM = 0x0bad;
const CUSTOM_NO_COPY = 0x4000_0bad;
/** A record that is no packet of any link. */
const NO_LINK = -1;
const MAX_BLOCK = 16 << 20;
const MAX_INTERFACES = 4096;
const MAX_COMMENTS = 100;

const OPTION = { comment: 1, name: 2, timeResolution: 9, timeOffset: 14, received: 4, interfaceDrops: 5, kernelDrops: 7 };

/** Of one interface of a section. */
interface Source extends CaptureInterface {
  /** Units of its time stamps a second, and what is added to them (s). */
  unitsPerSecond: bigint;
  offset: number;
  // The upper half of the last time stamp, and the seconds and units it stands for: it changes seldom.
  high: number;
  seconds: number;
  rest: number;
}

/** pcapng (draft-ietf-opsawg-pcapng): sections, interfaces, options; blocks it does not know are passed over. */
export class PcapngReader implements CaptureReader {
  readonly type = 'pcapng';
  byte_order: 'little' | 'big' = 'little';
  resolution: 'us' | 'ns' = 'us';
  readonly interfaces: CaptureInterface[] = [];
  readonly comments: string[] = [];
  damage: string | null = null;
  needs = 12;
  cutShort = 'in the middle of a block';
  #little = true;
  #inSection = false;
  /** Of the section that is being read. */
  #sources: Source[] = [];

  read(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number {
    let at = start;
    while (this.damage === null) {
      if (end - at < 12) {
        this.needs = 12;
        return at;
      }
      const type = reader32(this.#little)(bytes, at);
      // The type of a section header reads the same in both orders: its byte order follows.
      if (type === SECTION && !this.#readByteOrder(bytes, at)) return at;
      if (!this.#inSection) {
        this.damage = 'The file does not begin with a section header.';
        return at;
      }
      const u32 = reader32(this.#little);
      const total = u32(bytes, at + 4);
      const padded = (total + 3) & ~3;
      if (total < 12 || total > MAX_BLOCK) {
        this.damage = `A block claims to be ${total} bytes long; the rest of the file was not read.`;
        return at;
      }
      if (end - at < padded) {
        this.needs = padded;
        return at;
      }
      if (u32(bytes, at + padded - 4) !== total) {
        this.damage = `A block says ${total} bytes at its begin and ${u32(bytes, at + padded - 4)} at its end; the rest was not read.`;
        return at;
      }
      this.#readBlock(bytes, type, at, at + padded, sink);
      at += padded;
    }
    return at;
  }

  #readByteOrder(bytes: Uint8Array, at: number): boolean {
    if (reader32(true)(bytes, at + 8) === BYTE_ORDER) this.#little = true;
    else if (reader32(false)(bytes, at + 8) === BYTE_ORDER) this.#little = false;
    else {
      this.damage = 'A section header has no byte order mark.';
      return false;
    }
    if (!this.#inSection) this.byte_order = this.#little ? 'little' : 'big';
    this.#inSection = true;
    return true;
  }

  #readBlock(bytes: Uint8Array, type: number, at: number, end: number, sink: PacketSink): void {
    const u16 = reader16(this.#little);
    const u32 = reader32(this.#little);
    const room = end - at - 12;
    switch (type) {
      case SECTION: {
        this.#sources = [];
        const major = u16(bytes, at + 12);
        if (major !== 1) this.damage = `The file is of pcapng version ${major}; Netsonde reads version 1.`;
        else if (room >= 16) this.#eachOption(bytes, at + 24, end - 4, (code, from, to) => this.#comment(bytes, code, from, to));
        return;
      }
      case INTERFACE:
        if (room < 8) this.damage = 'An interface block is too short.';
        else this.#readInterface(bytes, at, end);
        return;
      case ENHANCED_PACKET:
      case OLD_PACKET: {
        if (room < 20) {
          this.damage = 'A packet block is too short.';
          return;
        }
        const number = type === OLD_PACKET ? u16(bytes, at + 8) : u32(bytes, at + 8);
        const captured = u32(bytes, at + 20);
        const from = at + 28;
        const source = this.#sourceOf(number);
        if (!source || !this.#fits(captured, end - 4 - from)) return;
        const length = u32(bytes, at + 24);
        this.#time(source, u32(bytes, at + 12), u32(bytes, at + 16));
        sink.packet(bytes, from, from + captured, length, source.seconds + this.#carry, this.#nanos, source.link_type);
        const options = from + ((captured + 3) & ~3);
        if (options < end - 4) {
          this.#eachOption(bytes, options, end - 4, (code, first, last) => this.#comment(bytes, code, first, last));
        }
        return;
      }
      case SIMPLE_PACKET: {
        const source = this.#sourceOf(0);
        if (!source || room < 4) return;
        const length = u32(bytes, at + 8);
        const captured = Math.min(length, source.snaplen || length);
        if (!this.#fits(captured, end - 4 - at - 12)) return;
        sink.packet(bytes, at + 12, at + 12 + captured, length, Number.NaN, 0, source.link_type);
        return;
      }
      case STATISTICS: {
        const source = room >= 12 ? this.#sources[u32(bytes, at + 8)] : undefined;
        if (!source) return;
        this.#eachOption(bytes, at + 20, end - 4, (code, from, to) => {
          if (to - from !== 8) return;
          const value = this.#little
            ? u32(bytes, from) + u32(bytes, from + 4) * 2 ** 32
            : u32(bytes, from) * 2 ** 32 + u32(bytes, from + 4);
          if (code === OPTION.received) source.received = value;
          else if (code === OPTION.interfaceDrops) source.dropped_by_interface = value;
          else if (code === OPTION.kernelDrops) source.dropped_by_kernel = value;
        });
        return;
      }
      case SECRETS:
        if (room >= 8 && u32(bytes, at + 8) === TLS_KEY_LOG) {
          sink.secrets?.(bytes, at + 16, Math.min(end - 4, at + 16 + u32(bytes, at + 12)));
        }
        return;
      case CUSTOM:
      case CUSTOM_NO_COPY:
        if (room >= 4) sink.packet(bytes, at + 12, end - 4, room - 4, Number.NaN, 0, NO_LINK);
        return;
      default:
    }
  }

  #sourceOf(number: number): Source | undefined {
    const source = this.#sources[number];
    if (!source) this.damage = `A packet is of interface ${number}, which the file does not describe.`;
    return source;
  }

  #fits(captured: number, room: number): boolean {
    if (captured <= room && captured <= MAX_CAPTURED) return true;
    this.damage = `A packet claims to hold ${captured} bytes; the rest of the file was not read.`;
    return false;
  }

  #readInterface(bytes: Uint8Array, at: number, end: number): void {
    if (this.interfaces.length >= MAX_INTERFACES) {
      this.damage = `The file describes more than ${MAX_INTERFACES} interfaces.`;
      return;
    }
    const source: Source = {
      name: null,
      link_type: reader16(this.#little)(bytes, at + 8),
      snaplen: reader32(this.#little)(bytes, at + 12),
      received: null,
      dropped_by_interface: null,
      dropped_by_kernel: null,
      unitsPerSecond: 1_000_000n,
      offset: 0,
      high: -1,
      seconds: 0,
      rest: 0,
    };
    this.#eachOption(bytes, at + 16, end - 4, (code, from, to) => {
      if (code === OPTION.name) source.name = text(bytes, from, to);
      else if (code === OPTION.timeResolution && to > from) {
        const value = bytes[from] ?? 6;
        const power = BigInt(value & 0x7f);
        // 2^-n or 10^-n s; what no clock has is read as microseconds.
        if (power <= 63n) source.unitsPerSecond = (value & 0x80) !== 0 ? 2n ** power : 10n ** (power > 19n ? 6n : power);
      } else if (code === OPTION.timeOffset && to - from === 8) {
        const u32 = reader32(this.#little);
        const high = u32(bytes, this.#little ? from + 4 : from);
        source.offset = (high | 0) * 2 ** 32 + u32(bytes, this.#little ? from : from + 4);
      } else this.#comment(bytes, code, from, to);
    });
    if (this.interfaces.length === 0 && source.unitsPerSecond > 1_000_000n) this.resolution = 'ns';
    this.#sources.push(source);
    this.interfaces.push(source);
  }

  #carry = 0;
  #nanos = 0;

  /** 64 bits of units: the upper half is divided once, for it changes every few seconds or years. */
  #time(source: Source, high: number, low: number): void {
    const units = Number(source.unitsPerSecond);
    if (high !== source.high) {
      const value = BigInt(high) << 32n;
      source.high = high;
      source.seconds = Number(value / source.unitsPerSecond) + source.offset;
      source.rest = Number(value % source.unitsPerSecond);
    }
    const rest = source.rest + low;
    this.#carry = Math.floor(rest / units);
    this.#nanos = Math.floor(((rest - this.#carry * units) * 1e9) / units);
  }

  #eachOption(bytes: Uint8Array, start: number, end: number, onOption: (code: number, from: number, to: number) => void): void {
    const u16 = reader16(this.#little);
    for (let at = start; at + 4 <= end; ) {
      const code = u16(bytes, at);
      const length = u16(bytes, at + 2);
      if (code === 0 || at + 4 + length > end) return;
      onOption(code, at + 4, at + 4 + length);
      at += 4 + ((length + 3) & ~3);
    }
  }

  #comment(bytes: Uint8Array, code: number, from: number, to: number): void {
    if (code === OPTION.comment && this.comments.length < MAX_COMMENTS) this.comments.push(text(bytes, from, to));
  }
}

const utf8 = new TextDecoder();

function text(bytes: Uint8Array, from: number, to: number): string {
  return sanitizeUntrusted(utf8.decode(bytes.subarray(from, to)));
}
