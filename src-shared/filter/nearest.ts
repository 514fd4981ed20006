import type { FilterRow } from './fields';

/** More letters wrong than these, and it is another word. */
const MOST_EDITS = 2;

/**
 * For `process:iprf3` the same filter with the program that was most likely meant; null when none is near.
 * Looks at the programs of the rows, each once.
 */
export function nearestProgram(query: string, rows: Iterable<FilterRow>): { program: string; query: string } | null {
  const asked = /(^|\s)(?:process|program|name)[:=]([^\s,"']+)/i.exec(query)?.[2];
  if (asked === undefined) return null;
  const programs = new Set<string>();
  for (const { program } of rows) if (program !== '-') programs.add(program);
  let nearest: { program: string; edits: number } | null = null;
  for (const program of programs) {
    const edits = editDistance(asked.toLowerCase(), program.toLowerCase());
    if (edits > 0 && edits <= MOST_EDITS && edits < (nearest?.edits ?? Number.POSITIVE_INFINITY)) nearest = { program, edits };
  }
  if (!nearest) return null;
  const written = /\s/.test(nearest.program) ? `"${nearest.program}"` : nearest.program;
  return { program: nearest.program, query: query.replace(asked, () => written) };
}

/** Letters to add, drop or change (Levenshtein 1966), one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(change, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}
