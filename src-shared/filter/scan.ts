import { type Text, text } from '../text/index';

export const FILTER_MAX_LENGTH = 4_096;

export type Operator = ':' | '=' | '~' | '>' | '>=' | '<' | '<=';

/** One term as it was typed: `!field:value`, a flag or free text. Positions are for marking it in the input. */
export interface ScannedTerm {
  negated: boolean;
  /** Lower case; null for free text and flags. */
  field: string | null;
  operator: Operator | null;
  /** Alternatives: commas outside quotes mean "or". */
  values: string[];
  /** True when the value was in quotes: never a flag, never split. */
  quoted: boolean;
  start: number;
  end: number;
}

export type ScanResult = { ok: true; terms: ScannedTerm[] } | { ok: false; message: Text; position: number };

const FIELD = /^([a-z_]+)(:|=|~|>=|<=|>|<)/i;

/** Cuts a filter into terms. Linear in its length: no backtracking, every step advances. */
export function scanFilter(filter: string): ScanResult {
  if (filter.length > FILTER_MAX_LENGTH)
    return { ok: false, message: text('filter.too_long', { max: FILTER_MAX_LENGTH }), position: FILTER_MAX_LENGTH };
  const terms: ScannedTerm[] = [];
  let at = 0;
  while (at < filter.length) {
    if (/\s/.test(filter.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    // A lone sign is text; before anything else it negates.
    const negated = /[!-]/.test(filter.charAt(at)) && at + 1 < filter.length && !/\s/.test(filter.charAt(at + 1));
    if (negated) at++;
    const head = FIELD.exec(filter.slice(at, at + 32));
    if (head) at += head[0].length;
    const operator = (head?.[2] ?? null) as Operator | null; // the expression allows no other
    const scanned = operator === '~' ? scanPattern(filter, at) : scanValues(filter, at);
    if (!scanned) return { ok: false, message: text('filter.open_quote'), position: start };
    at = scanned.end;
    terms.push({
      negated,
      field: head?.[1]?.toLowerCase() ?? null,
      operator,
      values: scanned.values,
      quoted: scanned.quoted,
      start,
      end: at,
    });
  }
  return { ok: true, terms };
}

interface ScannedValue {
  values: string[];
  quoted: boolean;
  end: number;
}

/** `a,b,"c d"` up to the next blank; null when a quote is not closed. */
function scanValues(filter: string, from: number): ScannedValue | null {
  const values: string[] = [''];
  let quoted = false;
  let at = from;
  while (at < filter.length && !/\s/.test(filter.charAt(at))) {
    const char = filter.charAt(at);
    if (char === '"') {
      const inner = scanQuoted(filter, at);
      if (!inner) return null;
      values.push((values.pop() ?? '') + inner.value);
      quoted = true;
      at = inner.end;
    } else {
      if (char === ',') values.push('');
      else values.push((values.pop() ?? '') + char);
      at++;
    }
  }
  const filled = values.filter(value => value !== '');
  return { values: filled.length > 0 ? filled : [''], quoted, end: at };
}

/** A regular expression goes to the next blank and may hold commas; in quotes it may hold blanks. */
function scanPattern(filter: string, from: number): ScannedValue | null {
  if (filter.charAt(from) === '"') {
    const inner = scanQuoted(filter, from, true);
    return inner && { values: [inner.value], quoted: true, end: inner.end };
  }
  const length = filter.slice(from).search(/\s/);
  const end = length < 0 ? filter.length : from + length;
  return { values: [filter.slice(from, end)], quoted: false, end };
}

/** Text in quotes; `\"` is a quote. In a pattern every other backslash belongs to the expression. */
function scanQuoted(filter: string, from: number, pattern = false): { value: string; end: number } | null {
  let value = '';
  for (let at = from + 1; at < filter.length; at++) {
    const char = filter.charAt(at);
    if (char === '"') return { value, end: at + 1 };
    const next = filter.charAt(at + 1);
    if (char === '\\' && (next === '"' || (next === '\\' && !pattern))) {
      value += next;
      at++;
    } else value += char;
  }
  return null;
}
