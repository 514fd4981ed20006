/** What `netsonde/client` offers; docs/client.md shows it in use. Data has the names of docs/tools.md. */

export interface ConnectOptions {
  /** Default: the server that runs in this home, else http://localhost:8080. */
  url?: string | undefined;
  /** Default: NETSONDE_TOKEN, else that of the server of this home. */
  token?: string | undefined;
  /** Of messages; default English. */
  language?: 'en' | 'zh-CN' | undefined;
  /** Say on stderr which server is asked. */
  verbose?: boolean | undefined;
}

export interface CallOptions {
  /** Ends the wait and the work of the server. */
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; message: string }) => void;
}

/** Whose connections. Neither: those of all processes. */
export interface Process {
  pid?: number | undefined;
  /** Exact name, upper and lower case alike. */
  process_name?: string | undefined;
  /** The filter language (docs/filter.md). */
  query?: string | undefined;
}

export interface Coverage {
  /** Nothing is known of the time before. */
  since: string;
  seen_total: number;
  lost: number;
  gaps: { from: string; to: string | null; reason: string }[];
}

export interface ConnectionSummary {
  pid: number | null;
  process_name: string | null;
  /** Seconds looked back. */
  duration: number;
  /** IPv4 and IPv6 attempts to reach somebody. */
  count: number;
  succeeded: number;
  /** By the name of the errno. */
  failed: Record<string, number>;
  failed_total: number;
  in_progress: number;
  /** UDP: the first datagram left. */
  sent: number;
  inbound: number;
  local_sockets: number;
  by_protocol: Record<string, number>;
  latency_ms: { min: number; median: number; p95: number; max: number } | null;
  top_destinations: { destination: string; count: number; failed: number }[];
  top_processes: { pid: number | null; program: string; count: number }[];
  query_time: string;
  coverage: Coverage;
}

export interface ConnectionEvent {
  id: string;
  time: string;
  pid: number | null;
  program: string;
  user: string | null;
  protocol: string;
  family: 'IPv4' | 'IPv6' | 'UNIX';
  direction: 'outbound' | 'inbound' | null;
  local: string | null;
  destination: string;
  destination_name: string | null;
  /** ok, the name of the errno, "in progress", "sent", "not sent". */
  result: string;
  latency_ms: number | null;
  duration_ms: number | null;
  bytes_sent: number | null;
  bytes_received: number | null;
  close_reason: string | null;
}

export interface ConnectionList {
  /** Newest first. */
  events: ConnectionEvent[];
  total: number;
  truncated: boolean;
  next_offset: number | null;
  coverage: Coverage;
}

export interface ToolResult {
  /** One sentence. */
  message: string;
  data: unknown;
  /** As the command line prints it. */
  text: string;
}

export interface InteractiveOptions {
  /** Default: stdin and stdout, with history and completion where they are a terminal. */
  input?: NodeJS.ReadableStream;
  output?: NodeJS.WritableStream;
}

/** A connection to a running Netsonde. Every method throws NetsondeError with a code, what was seen and what to do. */
export interface NetsondeClient {
  readonly url: string;
  connectionSummary(asked?: Process & { duration?: number | undefined }): Promise<ConnectionSummary>;
  listConnections(
    asked?: Process & { max_events?: number | undefined; offset?: number | undefined; since?: string | undefined },
  ): Promise<ConnectionList>;
  runTool(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  /** Resolves when it ends: `quit`, Ctrl-D or the end of the input. */
  startInteractiveMode(options?: InteractiveOptions): Promise<void>;
  close(): void;
}

/** @throws NetsondeError unreachable when no server answers, unauthorized without the right token */
export declare function connect(options?: ConnectOptions): Promise<NetsondeClient>;

export declare class NetsondeError extends Error {
  /** One of docs/api.md, for example unreachable or invalid_argument. */
  readonly code: string;
  /** What to do; may be empty. */
  readonly hint: string;
  /** What was got before the failure. */
  readonly data: Record<string, unknown> | null;
}
