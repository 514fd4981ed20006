/** One colour for a process everywhere, given in the order of first sight and kept while the window lives, also over a reload. */
const SLOTS = 8;
const KEY = 'netsonde.colours';

function restore(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(name => typeof name === 'string').slice(0, SLOTS) : [];
  } catch {
    // Storage may be switched off or hold something else: then colours begin anew, which is what they do in a new window.
    return [];
  }
}

let seen: string[] | undefined;

/** @returns 0 to 7, or null for the ninth process and later and for an unknown process */
export function seriesOf(program: string): number | null {
  if (program === '-' || program === '') return null;
  seen ??= restore();
  const slot = seen.indexOf(program);
  if (slot >= 0) return slot;
  if (seen.length >= SLOTS) return null;
  seen.push(program);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(seen));
  } catch {
    // Only the memory over a reload is lost.
  }
  return seen.length - 1;
}

/** A CSS value of the tokens. */
export function colourOf(program: string): string {
  const slot = seriesOf(program);
  return slot === null ? 'var(--series-other)' : `var(--series-${slot + 1})`;
}
