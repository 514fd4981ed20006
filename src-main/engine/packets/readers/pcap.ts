import { PCAP_HEADER, PCAP_MAGIC_MICROS, PCAP_MAGIC_NANOS, PCAP_RECORD_HEADER } from '@shared/pcap-format';
import { type CaptureInterface, type CaptureReader, MAX_CAPTURED, type PacketSink, reader16, reader32 } from './reader';

/** Kuznetsov's patched format: eight more bytes in each record. */
const PATCHED = 0xa1b2cd34;

/** The byte order and kind of a pcap file by its first four bytes; null when it is none. */
export function pcapMagic(bytes: Uint8Array): { little: boolean; magic: number } | null {
  for (const little of [true, false]) {
    const magic = reader32(little)(bytes, 0);
    if (magic === PCAP_MAGIC_MICROS || magic === PCAP_MAGIC_NANOS || magic === PATCHED) return { little, magic };
  }
  return null;
}

/** libpcap's file format (draft-ietf-opsawg-pcap), both byte orders, micro- and nanoseconds. */
export class PcapReader implements CaptureReader {
  readonly type = 'pcap';
  readonly byte_order: 'little' | 'big';
  readonly resolution: 'us' | 'ns';
  readonly interfaces: CaptureInterface[] = [];
  readonly comments: string[] = [];
  damage: string | null = null;
  needs = PCAP_HEADER;
  cutShort = 'in the header of the file';
  readonly #little: boolean;
  readonly #nanosPerUnit: number;
  readonly #recordHeader: number;
  #linkType = -1;
  #swapped = false;
  #records = 0;

  constructor(magic: { little: boolean; magic: number }) {
    this.#little = magic.little;
    this.byte_order = magic.little ? 'little' : 'big';
    this.resolution = magic.magic === PCAP_MAGIC_NANOS ? 'ns' : 'us';
    this.#nanosPerUnit = magic.magic === PCAP_MAGIC_NANOS ? 1 : 1000;
    this.#recordHeader = magic.magic === PATCHED ? PCAP_RECORD_HEADER + 8 : PCAP_RECORD_HEADER;
  }

  read(bytes: Uint8Array, start: number, end: number, sink: PacketSink): number {
    let at = start;
    if (this.#linkType < 0) {
      if (end - at < PCAP_HEADER) return at;
      this.#readHeader(bytes, at);
      at += PCAP_HEADER;
    }
    const u32 = reader32(this.#little);
    const header = this.#recordHeader;
    const linkType = this.#linkType;
    this.needs = header;
    while (this.damage === null) {
      if (end - at < header) {
        this.needs = header;
        this.cutShort = 'in the middle of a packet';
        return at;
      }
      const captured = u32(bytes, this.#swapped ? at + 12 : at + 8);
      if (captured > MAX_CAPTURED) {
        this.damage = `Packet ${this.#records + 1} claims to hold ${captured} bytes; the rest of the file was not read.`;
        return at;
      }
      if (end - at < header + captured) {
        this.needs = header + captured;
        this.cutShort = 'in the middle of a packet';
        return at;
      }
      const length = u32(bytes, this.#swapped ? at + 8 : at + 12);
      const from = at + header;
      const nanos = u32(bytes, at + 4) * this.#nanosPerUnit;
      this.#records++;
      sink.packet(bytes, from, from + captured, length, u32(bytes, at), nanos, linkType);
      at = from + captured;
    }
    return at;
  }

  #readHeader(bytes: Uint8Array, at: number): void {
    const u16 = reader16(this.#little);
    const u32 = reader32(this.#little);
    const major = u16(bytes, at + 4);
    const minor = u16(bytes, at + 6);
    // The upper bits of the link type hold the length of frame check sequences.
    this.#linkType = u32(bytes, at + 20) & 0x03ff_ffff;
    this.interfaces.push({
      name: null,
      link_type: this.#linkType,
      snaplen: u32(bytes, at + 16),
      received: null,
      dropped_by_interface: null,
      dropped_by_kernel: null,
    });
    if (major !== 2) this.damage = `The file is of pcap version ${major}.${minor}; Netsonde reads version 2.`;
    // Until 2.3 the two lengths of a record stood the other way round.
    this.#swapped = minor < 3;
  }
}
