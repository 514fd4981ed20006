/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, times in nanoseconds. Pure: the caller writes them.
 */
const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE = 1;
const STATISTICS = 5;
const PACKET = 6;
const OPTION = {
  end: 0,
  comment: 1,
  name: 2,
  userApplication: 4,
  filter: 11,
  timeResolution: 9,
  interfaceDrops: 5,
  kernelDrops: 7,
  received: 4,
};
const NANO = 9;

const encoder = new TextEncoder();

export function sectionHeader(application: string, comment?: string): Uint8Array {
  const options = [
    ...(comment ? [option(OPTION.comment, encoder.encode(comment))] : []),
    option(OPTION.userApplication, encoder.encode(application)),
  ];
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER, true);
  view.setUint16(4, 1, true);
  view.setBigInt64(8, -1n, true); // length not known
  return block(SECTION, [body, ...withEnd(options)]);
}

export function interfaceBlock(name: string, linkType: number, snaplen: number, filter: string): Uint8Array {
  const body = new Uint8Array(8);
  const view = new DataView(body.buffer);
  view.setUint16(0, linkType, true);
  view.setUint32(4, snaplen, true);
  const options = [option(OPTION.name, encoder.encode(name)), option(OPTION.timeResolution, Uint8Array.of(NANO))];
  // The first byte says what form the filter has: 0 is the text of libpcap.
  if (filter) options.push(option(OPTION.filter, Uint8Array.from([0, ...encoder.encode(filter)])));
  return block(INTERFACE, [body, ...withEnd(options)]);
}

/** @param bytes the kept bytes; `length` is that on the wire */
export function packetBlock(bytes: Uint8Array, length: number, seconds: number, nanos: number, comment?: string): Uint8Array {
  const body = new Uint8Array(20);
  const view = new DataView(body.buffer);
  const at = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
  view.setUint32(4, Number(at >> 32n), true);
  view.setUint32(8, Number(at & 0xffff_ffffn), true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16, length, true);
  return block(PACKET, [body, padded(bytes), ...(comment ? withEnd([option(OPTION.comment, encoder.encode(comment))]) : [])]);
}

export interface InterfaceStatistics {
  received: number | null;
  dropped_by_interface: number | null;
  dropped_by_kernel: number | null;
}

export function statisticsBlock({ received, dropped_by_interface, dropped_by_kernel }: InterfaceStatistics): Uint8Array {
  const counter = (code: number, value: number | null): Uint8Array[] => {
    if (value === null) return [];
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    return [option(code, bytes)];
  };
  return block(STATISTICS, [
    new Uint8Array(12),
    ...withEnd([
      ...counter(OPTION.received, received),
      ...counter(OPTION.interfaceDrops, dropped_by_interface),
      ...counter(OPTION.kernelDrops, dropped_by_kernel),
    ]),
  ]);
}

/**
 * The same file with comments on some packets.
 * @param file blocks as written by this module
 * @param comments by number of the packet, from 1
 */
export function* withComments(file: Uint8Array, comments: ReadonlyMap<number, string>): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let number = 0;
  let from = 0;
  for (let at = 0; at + 12 <= file.length; ) {
    const length = view.getUint32(at + 4, true);
    if (length < 12 || at + length > file.length) break;
    const comment = view.getUint32(at, true) === PACKET ? comments.get(++number) : undefined;
    if (comment !== undefined) {
      if (at > from) yield file.subarray(from, at);
      // What stands before the trailing length, then the comment.
      yield block(PACKET, [
        file.subarray(at + 8, at + length - 4),
        ...withEnd([option(OPTION.comment, encoder.encode(comment))]),
      ]);
      from = at + length;
    }
    at += length;
  }
  yield file.subarray(from);
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const total = parts.reduce((sum, { length }) => sum + length, 12);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, total, true);
  return bytes;
}

function option(code: number, value: Uint8Array): Uint8Array {
  const cut = value.length > 0xffff ? value.subarray(0, 0xffff) : value;
  const bytes = new Uint8Array(4 + ((cut.length + 3) & ~3));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, cut.length, true);
  bytes.set(cut, 4);
  return bytes;
}

const withEnd = (options: Uint8Array[]): Uint8Array[] => (options.length > 0 ? [...options, new Uint8Array(4)] : []);

function padded(bytes: Uint8Array): Uint8Array {
  if ((bytes.length & 3) === 0) return bytes;
  const whole = new Uint8Array((bytes.length + 3) & ~3);
  whole.set(bytes);
  return whole;
}
