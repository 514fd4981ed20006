import type { ToolReply } from '@shared/bridge';
import type { ErrorCode } from '@shared/errors';

/** What the next try cannot mend: each would only knock on the same door again, and a log-in that fails often locks accounts. */
const NEEDS_A_PERSON: ReadonlySet<ErrorCode> = new Set([
  'auth_failed',
  'forbidden',
  'host_key_changed',
  'host_key_unknown',
  'host_not_configured',
  'invalid_argument',
  'not_found',
  'permission_denied',
  'unauthorized',
  'unsupported',
]);
/** A host that did not answer is left alone this long. */
export const AFTER_FAILURE_MS = 15_000;

/** How long to wait after an answer before asking again; null: until somebody asks for it. */
export function pauseAfter(reply: ToolReply<unknown>, everyMs: number): number | null {
  if (reply.success) return everyMs;
  return NEEDS_A_PERSON.has(reply.error.code) ? null : Math.max(everyMs, AFTER_FAILURE_MS);
}
