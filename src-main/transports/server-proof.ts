import { createHmac, timingSafeEqual } from 'node:crypto';

/** Sent to `/health` by whoever is about to send the token. */
export const NONCE_HEADER = 'netsonde-nonce';
/** Shows that the server knows the token without sending it. */
export const PROOF_HEADER = 'netsonde-proof';

/** base64url of 24 bytes and more; nobody needs longer ones. */
const NONCE = /^[A-Za-z0-9_-]{32,86}$/;

/**
 * HMAC-SHA256 over nonce and URL. The URL is part of it so that a program on another port cannot pass the question on
 * and take the answer for its own.
 * @returns null for what is no nonce
 */
export function proofOf(token: string, nonce: string, url: string): string | null {
  if (!NONCE.test(nonce)) return null;
  return createHmac('sha256', token).update(`${nonce} ${url}`).digest('base64url');
}

export function isProof(given: string | null, token: string, nonce: string, url: string): boolean {
  const expected = Buffer.from(proofOf(token, nonce, url) ?? '');
  const answered = Buffer.from(given ?? '');
  return expected.length > 0 && answered.length === expected.length && timingSafeEqual(answered, expected);
}
