import { parseFilter } from '@shared/filter/filter';

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
