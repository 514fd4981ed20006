import { closeSync, fstatSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { SavedFile } from '@shared/model/capture';
import {
  type InterfaceStatistics,
  interfaceBlock,
  packetBlock,
  sectionHeader,
  statisticsBlock,
  withComments,
} from '../../packets/pcapng-writer';

const BUFFER = 256 * 1024;
const STATISTICS_ROOM = 128;

/** Where whole packets are kept, and how many. */
export interface SavePlan {
  /** Path and name without what comes after: -1.pcapng, -2.pcapng … */
  prefix: string;
  /** Of one file; the packet that would exceed it begins the next. */
  file_bytes: number;
  /** Of all files: the oldest make room. */
  max_bytes: number;
}

export interface SavedAbout {
  application: string;
  interface: string;
  linkType: number;
  snaplen: number;
  filter: string;
}

/** Writes whole packets into pcapng files, one after another, and stops by itself when the disk is full. */
export class SavedPackets {
  /** Why nothing more is written; null while it goes on. */
  ended: 'disk_full' | null = null;
  readonly #plan: SavePlan;
  readonly #about: SavedAbout;
  readonly #files: SavedFile[] = [];
  readonly #buffer = Buffer.alloc(BUFFER);
  #fd = -1;
  #file: SavedFile;
  #filled = 0;
  #number = 0;
  #packets = 0;
  /** Of the current file, on the disk. */
  #written = 0;

  /** @throws the error of open when a file cannot be made for another reason than a full disk; it must not exist */
  constructor(plan: SavePlan, about: SavedAbout) {
    this.#plan = plan;
    this.#about = about;
    this.#file = this.#next();
  }

  /** Oldest first. */
  get files(): SavedFile[] {
    return this.#files.map(file => ({ ...file }));
  }

  /** @param statistics the counters of the capture so far, should this packet begin a new file */
  packet(bytes: Uint8Array, length: number, seconds: number, nanos: number, statistics: InterfaceStatistics): void {
    if (this.ended !== null) return;
    const block = packetBlock(bytes, length, seconds, nanos);
    if (this.#file.packets > 0 && this.#file.bytes + block.length + STATISTICS_ROOM > this.#plan.file_bytes)
      this.#rotate(statistics);
    if (this.ended !== null) return;
    this.#write(block);
    this.#file.packets++;
    this.#packets++;
  }

  /** Ends the last file with the counters of the capture. */
  close(statistics: InterfaceStatistics): void {
    if (this.ended === null) this.#write(statisticsBlock(statistics));
    this.#flush();
    if (this.#fd < 0) return;
    if (this.ended !== null) {
      this.#file.bytes = fstatSync(this.#fd).size;
      this.#file.packets = this.#written;
    }
    closeSync(this.#fd);
  }

  #rotate(statistics: InterfaceStatistics): void {
    this.#write(statisticsBlock(statistics));
    this.#flush();
    if (this.ended !== null) return;
    closeSync(this.#fd);
    let kept = this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
    while (kept + this.#plan.file_bytes > this.#plan.max_bytes) {
      const oldest = this.#files.shift();
      if (!oldest) break;
      rmSync(oldest.file, { force: true });
      kept -= oldest.bytes;
    }
    this.#file = this.#next();
  }

  #next(): SavedFile {
    this.#number++;
    const file = { file: `${this.#plan.prefix}-${this.#number}.pcapng`, bytes: 0, first_packet: this.#packets + 1, packets: 0 };
    this.#written = 0;
    this.#fd = -1;
    this.#guarded(() => (this.#fd = openSync(file.file, 'wx', 0o600)));
    if (this.ended === null) {
      this.#files.push(file);
      this.#begin(file);
    }
    return file;
  }

  #begin(file: SavedFile): void {
    const { application, interface: name, linkType, snaplen, filter } = this.#about;
    const { first_packet } = file;
    this.#file = file;
    // Wireshark numbers the packets of each file from 1; the report, those of the capture.
    const comment = first_packet > 1 ? `Packet 1 of this file is packet ${first_packet} of the capture.` : undefined;
    this.#write(sectionHeader(application, comment));
    this.#write(interfaceBlock(name, linkType, snaplen, filter));
  }

  #write(block: Uint8Array): void {
    this.#file.bytes += block.length;
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
    if (this.ended === null) this.#written = this.#file.packets;
  }

  #out(bytes: Uint8Array): void {
    if (this.ended !== null) return;
    this.#guarded(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException; // openSync and writeSync throw ErrnoException only
      if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EIO') throw thrown;
      this.ended = 'disk_full';
    }
  }
}

/**
 * Puts comments on packets of closed files; an old one stays when its new one cannot be written.
 * @param comments by number of the packet in the capture, from 1
 * @returns the files with their new sizes
 */
export function commentFiles(files: readonly SavedFile[], comments: ReadonlyMap<number, string>): SavedFile[] {
  return files.map(saved => {
    const own = new Map<number, string>();
    for (const [packet, comment] of comments) {
      const number = packet - saved.first_packet + 1;
      if (number >= 1 && number <= saved.packets) own.set(number, comment);
    }
    return { ...saved, bytes: commentPackets(saved.file, own) ?? saved.bytes };
  });
}

/** @param comments by number of the packet in this file. @returns the new size; null when nothing was to be written */
export function commentPackets(file: string, comments: ReadonlyMap<number, string>): number | null {
  if (comments.size === 0) return null;
  const draft = `${file}.part`;
  const fd = openSync(draft, 'w', 0o600);
  let bytes = 0;
  try {
    for (const piece of withComments(readFileSync(file), comments)) {
      writeFileSync(fd, piece); // not writeSync: it may write a part only
      bytes += piece.length;
    }
  } catch (thrown) {
    rmSync(draft, { force: true });
    throw thrown;
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
  return bytes;
}

/** Removes every file of a capture, also those of one whose analysis was lost. */
export function removeSaved(prefix: string): void {
  const folder = path.dirname(prefix);
  const start = `${path.basename(prefix)}-`;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(start)) rmSync(path.join(folder, name), { force: true });
  }
}
