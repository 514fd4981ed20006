/** Who takes the packets of a file. */
export interface PacketSink {
  /**
   * @param end the kept bytes end here; `length` is that on the wire
   * @param seconds since 1970, NaN where the record has no time
   */
  packet(bytes: Uint8Array, start: number, end: number, length: number, seconds: number, nanos: number, linkType: number): void;
  /** A TLS key log that stands in the file (pcapng: decryption secrets). */
  secrets?(bytes: Uint8Array, start: number, end: number): void;
}

/** Bytes kept of one packet, at most; the snap length in a file is not trusted (threat-model section 8). */
export const MAX_CAPTURED = 262_144;

/** An interface of a capture file, and what it lost. */
export interface CaptureInterface {
  name: string | null;
  link_type: number;
  snaplen: number;
  received: number | null;
  dropped_by_interface: number | null;
  dropped_by_kernel: number | null;
}

/** Reads the records of one file format from bytes as they come. */
export interface CaptureReader {
  readonly type: 'pcap' | 'pcapng';
  readonly byte_order: 'little' | 'big';
  readonly resolution: 'us' | 'ns';
  readonly interfaces: CaptureInterface[];
  readonly comments: string[];
  /** What is wrong with the file; nothing more is read then. */
  damage: string | null;
  /** Reads whole records. @returns where the first one begins that is not complete */
  read(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number;
  /** Bytes that must stand from the returned place on before read() can go on. */
  readonly needs: number;
  /** How to call the rest when the file ends inside of it. */
  readonly cutShort: string;
}

export function reader32(little: boolean): (bytes: Uint8Array, at: number) => number {
  return little ? u32le : u32be;
}

export function reader16(little: boolean): (bytes: Uint8Array, at: number) => number {
  return little ? u16le : u16be;
}

function u32le(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at + 3] ?? 0) << 24) | ((bytes[at + 2] ?? 0) << 16);
  return (high | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >>> 0;
}

function u32be(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

function u16le(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0);
}

function u16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
