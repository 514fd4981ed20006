import type { ErrorCode } from './errors';
import type { CaptureStatus, CaptureSummary } from './model/capture';
import type { LiveConnection, SocketTableEvent } from './model/connection';
import type { DropRateBatch } from './model/drop';
import type { EventRateBatch, KernelEventBatch, KernelEventParams } from './model/event';
import type { InterfaceSample } from './model/interface';
import type { PortChange } from './model/port';
import type { ProcessTrafficEvent } from './model/process-traffic';
import type { Settings } from './model/settings';
import type { SocketCount } from './model/socket-count';
import type { Status } from './model/status';
import type { TopConnectionsEvent } from './model/traffic';
import type { Language } from './text/index';

export type { LiveConnection };

/** Worded in the reader's language; without one in the language of the settings. */
interface Worded {
  language?: Language;
}

/** What a stream carries. A new stream is a line here and a publish in a service. Each begins with a snapshot. */
export interface StreamMap {
  /** The window kept so far, oldest first, then one array a second. interface null: every interface. */
  interface_sample: { params: { interface: string | null }; event: { snapshot: boolean; samples: InterfaceSample[] } };
  socket_table: { params: Worded; event: SocketTableEvent };
  /** Counts of the last 15 minutes, oldest first, then one every few seconds; made whether anybody listens or not. */
  socket_counts: { params: Record<string, never>; event: { snapshot: boolean; counts: SocketCount[] } };
  top_connections: { params: { interface: string }; event: TopConnectionsEvent };
  port_change: { params: Record<string, never>; event: { snapshot: boolean; changes: PortChange[] } };
  /** Bytes of each process, once a second. */
  process_traffic: { params: Worded; event: ProcessTrafficEvent };
  status: { params: Worded; event: Status };
  settings: { params: Record<string, never>; event: Settings };
  /** What the kernel tells of connections and packets, as it comes. */
  kernel_event: { params: KernelEventParams; event: KernelEventBatch };
  /** How many of each kind a second. */
  event_rate: { params: Record<string, never>; event: EventRateBatch };
  /** Drops a second by reason, process and location. */
  drop_rate: { params: Record<string, never>; event: DropRateBatch };
  /** Every capture and analysed file, newest first: whole at each change, at most twice a second. */
  captures: { params: Worded; event: { captures: CaptureSummary[] } };
  /** One capture with its running analysis, once a second while it runs, and at its end. */
  capture: { params: Worded & { session_id: string }; event: CaptureStatus };
}
export type StreamName = keyof StreamMap;

export interface Progress {
  /** 0 to 1 */
  done: number;
  message: string;
}

export type ToolReply<Data> =
  | { success: true; message: string; data: Data }
  /** data: what was got before a timeout, a cancel or a lost helper; else null. */
  | { success: false; message: string; data: Partial<Data> | null; error: { code: ErrorCode; hint: string } };

/** The whole border between renderer and engine: two verbs, over Electron IPC or a WebSocket. */
export interface Bridge {
  /** Aborting the signal cancels the work, not just the wait. */
  call(
    tool: string,
    input: unknown,
    options?: { signal?: AbortSignal; onProgress?: (progress: Progress) => void },
  ): Promise<ToolReply<unknown>>;
  subscribe<Name extends StreamName>(
    stream: Name,
    params: StreamMap[Name]['params'],
    onEvent: (event: StreamMap[Name]['event']) => void,
  ): () => void;
}

/** What runs over the WebSocket and over the two IPC channels: one frame a message. */
export type BridgeRequest =
  | { kind: 'call'; id: number; tool: string; input: unknown; language?: string }
  | { kind: 'cancel'; id: number }
  | { kind: 'subscribe'; id: number; stream: string; params: unknown }
  | { kind: 'unsubscribe'; id: number };
export type BridgeMessage =
  | { kind: 'reply'; id: number; reply: ToolReply<unknown> }
  | { kind: 'progress'; id: number; progress: Progress }
  /** more: the event goes on in the next one of this id (event-parts.ts), since a message has at most 1 MiB. */
  | { kind: 'event'; id: number; event: unknown; more?: true }
  /** The subscription could not be made, or frames were dropped because the reader was slow. */
  | { kind: 'problem'; id: number; code: ErrorCode; message: string; dropped?: number };

/** A capture file that the engine may read, as analyze_capture_file takes it. */
export interface OpenedFile {
  upload_id: string;
  name: string;
}

/** Files of the desktop app, beside the two verbs. The page names no path and is told none. */
export type FileRequest =
  /** The system's dialog; null: dismissed. */
  | { kind: 'choose' }
  /** The next file opened from outside the page: by the menu, the command line, the file manager; null: no more. */
  | { kind: 'next' }
  /** Bytes of a file that was dropped on the page, in order; answered once there is room for more. */
  | { kind: 'write'; id: number; bytes: Uint8Array }
  | { kind: 'finish'; id: number; name: string }
  | { kind: 'discard'; id: number }
  /** The page as a PDF file, saved where the system's dialog says. */
  | { kind: 'pdf'; name: string };
export type FileReply = ToolReply<OpenedFile | null>;

/** Bytes of one FileRequest. */
export const FILE_CHUNK_BYTES = 4 << 20;

/** The IPC channels of the desktop app. */
export const IPC_REQUEST = 'netsonde:request';
export const IPC_MESSAGE = 'netsonde:message';
export const IPC_FILE = 'netsonde:file';
/** Without content: a file waits to be asked for by `next`. */
export const IPC_FILE_WAITS = 'netsonde:file-waits';

/** What the preload puts on `window.netsonde`: the pipe that a WebSocket is in a browser, and the files of the desktop. */
export interface BridgePort {
  send(request: BridgeRequest): void;
  /** @returns stops listening */
  listen(onMessage: (message: BridgeMessage) => void): () => void;
  file(request: FileRequest): Promise<FileReply>;
  /** @returns stops listening */
  onFileWaits(listener: () => void): () => void;
}
