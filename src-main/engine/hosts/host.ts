import type { Helper } from '../../helper/supervisor';

export interface ExecOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  /** Output kept, default 64 MiB; more is cut and `truncated` is set. */
  maxBytes?: number;
  /** Exit codes that are no failure, default [0]. */
  okExitCodes?: readonly number[];
  /** True for a program that may run on by itself: it ends when this process does, however that ends. */
  leashed?: boolean;
}

export interface ExecResult {
  stdout: string;
  stderr: string;
  exitCode: number;
  truncated: boolean;
}

export interface StreamOptions {
  /** Bytes of stdout as they come; only valid during the call. */
  onOutput: (chunk: Buffer) => void;
  /** How to make it wait while its output is not wanted; told once it is started. */
  onControl?: (control: { pause(): void; resume(): void }) => void;
  /** Asks the program to end (SIGINT); what it still says is taken. */
  stop: AbortSignal;
}

/**
 * A machine that can be measured. Local now; an SSH machine fits the same shape: argv is quoted element by element
 * there, never joined by a caller, and no shell ever sees it here.
 */
export interface Host {
  /** The name results carry: "localhost", or the configured name. */
  readonly name: string;
  readonly kind: 'local' | 'ssh' | 'netsonde';
  readonly platform: 'linux' | 'darwin' | 'other';
  /** null locally. */
  readonly rttMs: number | null;
  /** Takes the traffic of this measuring itself, as pcap-filter(7) has it; null where there is none. */
  readonly ownTraffic: string | null;
  /** The privileged helper of that machine; null where Netsonde was started without one. */
  readonly helper: Helper | null;
  /**
   * Runs a program to its end with LC_ALL=C and a PATH that includes sbin.
   * @throws NetsondeError tool_missing, timeout, cancelled, permission_denied, or internal with the exit code and stderr
   */
  exec(argv: readonly [string, ...string[]], options: ExecOptions): Promise<ExecResult>;
  /**
   * Runs a program that goes on until it is stopped, under the leash of `exec`.
   * @returns the end of what it said on stderr, and its exit code; null when a signal ended it
   * @throws NetsondeError tool_missing, permission_denied or busy when it cannot be started
   */
  stream(argv: readonly [string, ...string[]], options: StreamOptions): Promise<{ stderr: string; exitCode: number | null }>;
  /** @throws NetsondeError unsupported when absent, permission_denied when not readable */
  readFile(path: string, options?: { maxBytes?: number; signal?: AbortSignal }): Promise<string>;
  /** Names in a directory; unsupported when absent. */
  readDirectory(path: string): Promise<string[]>;
  /** Target of a symbolic link, null when it is gone or may not be read. */
  readLink(path: string): Promise<string | null>;
  /** The install command of this host's distribution for a Debian package name (its own spelling elsewhere). */
  installHint(packages: { apt: string; rpm?: string; apk?: string; brew?: string }): Promise<string>;
}
