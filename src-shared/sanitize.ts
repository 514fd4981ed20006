/** C0, C1, bidirectional controls, zero-width characters and tags: what could steer a terminal, a page or a model. */
// biome-ignore format: one class, one line
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

export const NAME_LIMIT = 253;
export const TEXT_LIMIT = 256;

/**
 * Makes text from the network or from other processes safe to show (threat model section 6).
 * Applied once, where bytes become text. Invalid UTF-8 has become U+FFFD in decoding already.
 * @param limit characters kept
 */
export function sanitizeUntrusted(value: string, limit = TEXT_LIMIT): string {
  const clean = value.replace(UNSAFE, '');
  if (clean.length <= limit) return clean;
  // By code points, so that no pair is cut in two.
  return Array.from(clean.slice(0, limit * 2))
    .slice(0, limit)
    .join('');
}
