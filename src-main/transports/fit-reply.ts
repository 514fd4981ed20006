import type { ToolReply } from '@shared/bridge';
import { type Language, text, translate } from '@shared/text/index';

type Row = Record<string, unknown>;

/** A list inside `data`, where it hangs, so that a shorter one can be put in its place. */
interface RowList {
  path: string;
  rows: readonly unknown[];
  bytes: number;
  replace(data: Row, rows: readonly unknown[]): Row;
}

export interface FitOptions {
  maxBytes: number;
  /** Bytes the whole reply takes through this door. */
  sizeOf: (reply: ToolReply<unknown>) => number;
  language: Language;
  /** What the call asked for: `next_offset` goes on from its `offset`. */
  input: unknown;
}

/** A result has a handful of lists; each round cuts the one that is the longest then. */
const MAX_ROUNDS = 8;
/** How a number came about stays whole. */
const KEPT_WHOLE = new Set(['source', 'coverage', 'filter']);

/**
 * Cuts rows until the reply fits, longest list first, and says so in `truncated`, `next_offset` and the message.
 * Costs one serialisation when it fits at once, else about ten.
 */
export function fitReply(reply: ToolReply<unknown>, options: FitOptions): ToolReply<unknown> {
  const { maxBytes, sizeOf, language, input } = options;
  if (sizeOf(reply) <= maxBytes) return reply;
  let current = reply;
  // The list that `total` and `next_offset` are about: the longest one of a result that has pages.
  let paged: string | undefined;
  for (let round = 0; round < MAX_ROUNDS && isRow(current.data); round++) {
    const { data } = current;
    const [longest] = listsOf(data).sort((a, b) => b.bytes - a.bytes);
    if (!longest || longest.rows.length === 0) break;
    if (round === 0 && 'next_offset' in data) paged = longest.path;
    const isPaged = longest.path === paged;
    const cutTo = (shown: number): ToolReply<unknown> => {
      const total = isPaged && typeof data.total === 'number' ? data.total : longest.rows.length;
      const next = offsetOf(input) + shown;
      const note = isPaged
        ? text('server.cut_next', { shown, total, next })
        : text('server.cut', { shown, total, list: longest.path });
      const message = `${current.message} ${translate(note, language)}`;
      const cut = {
        ...longest.replace(data, longest.rows.slice(0, shown)),
        truncated: true,
        ...(isPaged && { next_offset: next }),
      };
      return { ...current, message, data: cut } as ToolReply<unknown>; // `success`, which decides the form, is kept
    };
    let fits = 0;
    let tooMany = longest.rows.length;
    while (tooMany - fits > 1) {
      const middle = (fits + tooMany) >> 1;
      if (sizeOf(cutTo(middle)) <= maxBytes) fits = middle;
      else tooMany = middle;
    }
    current = cutTo(fits);
    if (sizeOf(current) <= maxBytes) return current;
  }
  // Single values that are larger than a reply: only the message can be given.
  if (!reply.success) return { ...reply, data: null };
  const hint = translate(text('server.reply_too_large_hint'), language);
  return {
    success: false,
    message: translate(text('server.reply_too_large'), language),
    data: null,
    error: { code: 'unsupported', hint },
  };
}

function listsOf(data: Row, prefix = ''): RowList[] {
  const lists: RowList[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (prefix === '' && KEPT_WHOLE.has(key)) continue;
    if (Array.isArray(value)) {
      lists.push({
        path: `${prefix}${key}`,
        rows: value,
        bytes: JSON.stringify(value).length,
        replace: (whole, rows) => ({ ...whole, [key]: rows }),
      });
    } else if (isRow(value)) {
      for (const inner of listsOf(value, `${prefix}${key}.`)) {
        lists.push({ ...inner, replace: (whole, rows) => ({ ...whole, [key]: inner.replace(value, rows) }) });
      }
    }
  }
  return lists;
}

function offsetOf(input: unknown): number {
  const offset = isRow(input) ? Number(input.offset ?? 0) : 0;
  return Number.isInteger(offset) ? offset : 0;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
