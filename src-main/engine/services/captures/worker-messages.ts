import type { ErrorCode } from '@shared/errors';
import type { PacketLine, SavedFile } from '@shared/model/capture';
import type { KnownOwners } from './attribution';
import type { CaptureFileFacts } from './file-facts';
import type { LiveSetup } from './live-analysis';
import type { CaptureLosses } from './report';
import type { WordedReport } from './worded-report';

/** How an analysis thread is set up: packets as they come, or a file. */
export type WorkerSetup =
  | ({ kind: 'live' } & LiveSetup)
  | { kind: 'file'; file: string /** Number of the one flow whose packets are wanted. */; only_flow: number };

/** To the analysis thread. */
export type WorkerRequest =
  /** Bytes of a live capture in the form of a pcap file, as they come. */
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'losses'; losses: CaptureLosses }
  | { kind: 'trigger' }
  /** The live capture is over. */
  | { kind: 'end'; losses: CaptureLosses; partial: boolean; owners: KnownOwners }
  | { kind: 'packets'; id: number; stream: number }
  /** Comments for the saved files, by number of the packet. */
  | { kind: 'comment'; files: SavedFile[]; comments: Map<number, string> };

/** From the analysis thread. */
export type WorkerMessage =
  /** taken: bytes read since the last message. */
  | { kind: 'count'; packets: number; rate: number; taken: number; ended: 'limit' | 'disk_full' | null }
  | { kind: 'snapshot'; report: WordedReport }
  | { kind: 'progress'; read: number; size: number }
  /** A file has been read. */
  | { kind: 'read'; report: WordedReport; file: CaptureFileFacts }
  /** The live capture is over. */
  | { kind: 'done'; report: WordedReport; saved: SavedFile[] }
  | { kind: 'packets'; id: number; lines: PacketLine[]; forgotten: number }
  | { kind: 'commented'; saved: SavedFile[] }
  | { kind: 'failed'; code: ErrorCode; message: string };
