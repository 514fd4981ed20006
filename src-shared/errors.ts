import { type Text, text, toEnglish } from './text/index';

/** Every code a tool, route or command can fail with, and its HTTP status (tool-contract section 1). */
export const ERROR_STATUS = {
  invalid_argument: 400,
  not_found: 404,
  permission_denied: 403,
  host_not_configured: 404,
  host_key_unknown: 409,
  host_key_changed: 409,
  auth_failed: 401,
  unreachable: 502,
  helper_lost: 502,
  ssh_lost: 502,
  tool_missing: 424,
  unreadable_output: 502,
  unsupported: 501,
  busy: 429,
  timeout: 504,
  cancelled: 499,
  unauthorized: 401,
  forbidden: 403,
  /** Status varies: the thrower may set it (404, 405, 413, 415, 431, 400). */
  bad_request: 400,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;
export const ERROR_CODES = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]; // Object.keys loses the literal type

export interface NetsondeErrorOptions {
  /** What to do next: a command or a click. */
  hint?: string | Text;
  cause?: unknown;
  /** What was got before the failure; becomes `data` of the envelope. */
  data?: Record<string, unknown> | null;
  /** HTTP status, where `bad_request` needs another than 400. */
  status?: number;
}

/** The only error that crosses a border: a code to switch on, what was seen, and what to do. */
export class NetsondeError extends Error {
  readonly code: ErrorCode;
  readonly text: string | Text;
  readonly hintText: string | Text;
  readonly data: Record<string, unknown> | null;
  readonly status: number;

  constructor(code: ErrorCode, message: string | Text, options: NetsondeErrorOptions = {}) {
    super(toEnglish(message), { cause: options.cause });
    this.name = 'NetsondeError';
    this.code = code;
    this.text = message;
    this.hintText = options.hint ?? '';
    this.data = options.data ?? null;
    this.status = options.status ?? ERROR_STATUS[code];
  }

  get hint(): string {
    return toEnglish(this.hintText);
  }
}

/** The error as it is, or `internal` around anything that was not made by us. */
export function asNetsondeError(thrown: unknown): NetsondeError {
  if (thrown instanceof NetsondeError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new NetsondeError('cancelled', 'The call was cancelled.', { cause: thrown });
  if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'EMFILE' || thrown.code === 'ENFILE')) {
    return new NetsondeError('busy', text('error.no_descriptor'), { hint: text('error.no_descriptor_hint'), cause: thrown });
  }
  return new NetsondeError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
