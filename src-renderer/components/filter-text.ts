import { type Filter, type FilterTerm, parseFilter } from '@shared/filter/filter';

/** Finished terms and the one being typed as one text. */
export function joinFilter(committed: string, draft: string): string {
  return [committed, draft].filter(part => part !== '').join(' ');
}

/** The texts of the terms, as they were typed. A text that cannot be parsed is one piece. */
export function termTexts(text: string): string[] {
  if (text.trim() === '') return [];
  const parsed = parseFilter(text);
  return parsed.ok ? parsed.terms.map(({ start, end }) => text.slice(start, end)) : [text];
}

/** False while a quotation is open: then a blank belongs to the value. */
export function balanced(text: string): boolean {
  return (text.match(/"/g)?.length ?? 0) % 2 === 0;
}

/** True while what is wrong at `position` is the term that ends at the caret: it may only be unfinished. */
export function isBeingTyped(text: string, caret: number, position: number): boolean {
  return position <= caret && position >= text.slice(0, caret).search(/\S*$/);
}

/** The filter that the rows are shown with, and its text. */
export interface FilterInForce {
  query: string;
  /** null: everything */
  filter: Filter | null;
  terms: readonly FilterTerm[];
}

export const NO_FILTER: FilterInForce = { query: '', filter: null, terms: [] };

/** A text with a mistake leaves the filter before it in force; the name of a field that was being typed was never meant as one. */
export function filterInForce(query: string, before: FilterInForce): FilterInForce {
  const parsed = parseFilter(query);
  if (parsed.ok) return parsed.terms.length === 0 ? NO_FILTER : { query, filter: parsed.filter, terms: parsed.terms };
  const last = before.terms.at(-1);
  if (last?.field !== null || last.start !== parsed.position) return before;
  return filterInForce(query.slice(0, last.start).trimEnd(), NO_FILTER);
}
