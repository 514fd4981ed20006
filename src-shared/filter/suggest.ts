import { FIELDS, type FilterRow } from './fields';

export interface Suggestion {
  /** What replaces the text between `from` and `to`. */
  insert: string;
  kind: 'field' | 'flag' | 'value';
  /** Rows that have this value; null where it was not counted. */
  count: number | null;
}

export interface Suggestions {
  from: number;
  to: number;
  items: Suggestion[];
}

const MOST = 10;

/** What could stand at the caret: fields and flags at the start of a term, after `field:` the values the rows have. */
export function suggest(source: string, caret: number, rows: readonly FilterRow[]): Suggestions {
  const before = source.slice(0, caret);
  const termStart = before.search(/\S*$/);
  const rest = source.slice(caret).search(/[\s,]/);
  const to = rest < 0 ? source.length : caret + rest;
  const sign = /^[!-]/.test(before.slice(termStart)) ? 1 : 0;
  const head = /^([a-z_]+)[:=]/i.exec(before.slice(termStart + sign));
  const field = head && FIELDS.get(head[1]?.toLowerCase() ?? '');
  if (head && field) {
    const valuesStart = termStart + sign + head[0].length;
    const from = Math.max(valuesStart, before.lastIndexOf(',') + 1);
    return { from, to, items: valuesOf(field.choices ?? null, rows, row => field.read(row), before.slice(from).toLowerCase()) };
  }
  const from = termStart + sign;
  const typed = before.slice(from).toLowerCase();
  // Fields that such rows do not have would find nothing.
  const without = rows.some(({ kind }) => kind !== undefined) ? 'sockets' : 'events';
  const names = [...new Set([...FIELDS.values()].filter(({ only }) => only !== without).map(({ name }) => name))];
  const items: Suggestion[] = names
    .filter(name => name.startsWith(typed))
    .map(name => ({ insert: `${name}:`, kind: 'field', count: null }));
  if ('local'.startsWith(typed)) items.unshift({ insert: 'local', kind: 'flag', count: null });
  return { from, to, items: items.slice(0, MOST) };
}

/** The commonest values that begin with what was typed; a fixed choice without rows is offered too. */
function valuesOf(
  choices: readonly string[] | null,
  rows: readonly FilterRow[],
  read: (row: FilterRow) => readonly (string | number | null | undefined)[],
  typed: string,
): Suggestion[] {
  const counts = new Map<string, number>(choices?.map(choice => [choice, 0]));
  for (const row of rows) {
    for (const value of new Set(read(row))) {
      if (value === null || value === undefined || value === '-' || value === '') continue;
      const shown = choices ? String(value).toLowerCase() : String(value);
      counts.set(shown, (counts.get(shown) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([value]) => value.toLowerCase().startsWith(typed.replace(/^"/, '')))
    .sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map(([value, count]) => ({
      insert: /[\s,"]/.test(value) ? JSON.stringify(value) : value,
      kind: 'value',
      count: count || null,
    }));
}
