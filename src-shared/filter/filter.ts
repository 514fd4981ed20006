import { parseAddress } from '../address';
import type { Connection } from '../model/connection';
import { type Text, text } from '../text/index';
import { FIELDS, type FilterRow, type RowTest } from './fields';
import { freeText, isLocalRow } from './row-tests';
import { type Operator, type ScannedTerm, scanFilter } from './scan';

export { FILTER_MAX_LENGTH } from './scan';

/** One term for showing it, for example as a chip. */
export interface FilterTerm {
  negated: boolean;
  /** Canonical field name; `local` for the flag; null for free text. */
  field: string | null;
  operator: Operator | null;
  values: readonly string[];
  start: number;
  end: number;
}

/** A filter ready to use. Keep it: parsing costs more than matching. */
export interface Filter {
  readonly terms: readonly FilterTerm[];
  readonly tests: readonly RowTest[];
}

export type FilterResult =
  | { ok: true; filter: Filter; terms: readonly FilterTerm[] }
  | { ok: false; message: Text; position: number };

/** Parses the filter language of docs/filter.md. An empty text matches everything. */
export function parseFilter(source: string): FilterResult {
  const scanned = scanFilter(source);
  if (!scanned.ok) return scanned;
  const terms: FilterTerm[] = [];
  const tests: RowTest[] = [];
  for (const term of scanned.terms) {
    const compiled = compile(term, source);
    if (!compiled.ok) return { ok: false, message: compiled.message, position: term.start };
    terms.push({
      negated: term.negated,
      field: compiled.field,
      operator: term.operator,
      values: term.values,
      start: term.start,
      end: term.end,
    });
    const { test } = compiled;
    tests.push(term.negated ? row => !test(row) : test);
  }
  return { ok: true, filter: { terms, tests }, terms };
}

/** Whether a row passes every term. */
export function matchesFilter(filter: Filter, row: Connection): boolean {
  for (const test of filter.tests) if (!test(row)) return false;
  return true;
}

type Compiled = { ok: true; field: string | null; test: RowTest } | { ok: false; message: Text };

function compile(term: ScannedTerm, source: string): Compiled {
  const { field, operator, values } = term;
  if (field === null || operator === null) {
    if (values.length === 1 && values[0]?.toLowerCase() === 'local' && !term.quoted)
      return { ok: true, field: 'local', test: isLocalRow };
    return { ok: true, field: null, test: freeText(values) };
  }
  const known = FIELDS.get(field);
  if (known) {
    if (values[0] === '') return { ok: false, message: text('filter.no_value', { field }) };
    const made = known.compile(operator, values);
    return made.ok ? { ok: true, field: known.name, test: made.test } : made;
  }
  // "dead::beef" looks like a field; an address is free text.
  const whole = source.slice(term.start + (term.negated ? 1 : 0), term.end);
  if (parseAddress(whole)) return { ok: true, field: null, test: freeText([whole]) };
  const list = [...new Set([...FIELDS.values()].map(({ name }) => name))].join(', ');
  return { ok: false, message: text('filter.unknown_field', { field, list }) };
}

export type { FilterRow };
