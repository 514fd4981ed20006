import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import {
  type InterfaceStatistics,
  interfaceBlock,
  packetBlock,
  sectionHeader,
  statisticsBlock,
  withComments,
} from '../../packets/pcapng-writer';

const BUFFER = 256 * 1024;

/** Writes whole packets into a pcapng file, and stops by itself at its limit or when the disk is full. */
export class SavedPackets {
  /** Why nothing more is written; null while it goes on. */
  ended: 'limit' | 'disk_full' | null = null;
  bytes = 0;
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(BUFFER);
  #filled = 0;

  /** @throws the error of open when the file cannot be made; it must not exist */
  constructor(
    readonly file: string,
    readonly maxBytes: number,
    about: { application: string; interface: string; linkType: number; snaplen: number; filter: string },
  ) {
    this.#fd = openSync(file, 'wx', 0o600);
    this.#write(sectionHeader(about.application));
    this.#write(interfaceBlock(about.interface, about.linkType, about.snaplen, about.filter));
  }

  packet(bytes: Uint8Array, length: number, seconds: number, nanos: number): void {
    if (this.ended !== null) return;
    const block = packetBlock(bytes, length, seconds, nanos);
    if (this.bytes + block.length > this.maxBytes) {
      this.ended = 'limit';
      return;
    }
    this.#write(block);
  }

  /** Ends the file with the counters of the capture. */
  close(statistics: InterfaceStatistics): void {
    if (this.ended !== 'disk_full') this.#write(statisticsBlock(statistics));
    this.#flush();
    closeSync(this.#fd);
  }

  #write(block: Uint8Array): void {
    this.bytes += block.length;
    if (this.#filled + block.length > BUFFER) this.#flush();
    if (block.length > BUFFER) this.#out(block);
    else {
      this.#buffer.set(block, this.#filled);
      this.#filled += block.length;
    }
  }

  #flush(): void {
    if (this.#filled > 0) this.#out(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #out(bytes: Uint8Array): void {
    if (this.ended === 'disk_full') return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException; // writeSync throws ErrnoException only
      if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EIO') throw thrown;
      this.ended = 'disk_full';
    }
  }
}

/** Puts comments on packets of a closed file; the old one stays when the new one cannot be written. */
export function commentPackets(file: string, comments: ReadonlyMap<number, string>): void {
  if (comments.size === 0) return;
  const draft = `${file}.part`;
  const fd = openSync(draft, 'w', 0o600);
  try {
    // Not writeSync: it may write a part only.
    for (const piece of withComments(readFileSync(file), comments)) writeFileSync(fd, piece);
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw thrown;
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
}
