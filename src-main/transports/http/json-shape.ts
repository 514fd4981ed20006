import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';

export const MAX_JSON_DEPTH = 64;
export const MAX_JSON_ITEMS = 10_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;

/**
 * Parses a JSON body after one pass over its bytes has bounded nesting and width: neither JSON.parse nor a schema
 * (CVE-2026-111768) ever sees a body that could blow up. Elements and keys are counted together: the first of a
 * container by what follows its bracket, each further one by its comma.
 * @throws NetsondeError bad_request
 */
export function parseJsonBody(body: Buffer): unknown {
  let depth = 0;
  let items = 0;
  let inString = false;
  let justOpened = false;
  for (let index = 0; index < body.length; index++) {
    const byte = body[index] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
      continue;
    }
    if (byte <= SPACE) continue;
    const closes = byte === CLOSE_BRACKET || byte === CLOSE_BRACE;
    const opens = byte === OPEN_BRACKET || byte === OPEN_BRACE;
    if ((justOpened && !closes) || byte === COMMA) items++;
    justOpened = opens;
    if (opens) depth++;
    else if (closes) depth--;
    else if (byte === QUOTE) inString = true;
    if (depth > MAX_JSON_DEPTH) throw new NetsondeError('bad_request', text('server.json_deep', { limit: MAX_JSON_DEPTH }));
    if (items > MAX_JSON_ITEMS) throw new NetsondeError('bad_request', text('server.json_wide', { limit: MAX_JSON_ITEMS }));
  }
  let decoded: string;
  try {
    decoded = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (thrown) {
    throw new NetsondeError('bad_request', text('server.json_utf8'), { cause: thrown });
  }
  try {
    return JSON.parse(decoded);
  } catch (thrown) {
    throw new NetsondeError('bad_request', text('server.json_invalid'), { cause: thrown });
  }
}
