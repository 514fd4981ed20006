/** A word of a POSIX shell that is exactly this text: nothing in it is expanded (POSIX.1-2017 XCU 2.2.2). */
export function quote(word: string): string {
  // A shell ends its input at NUL, so a word with one would be cut there.
  if (word.includes('\0')) throw new TypeError('a word of a command holds NUL');
  // No `=`: the first word of a command would be an assignment with it.
  return /^[A-Za-z0-9_./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An argv as a command line for a POSIX shell. */
export function quoteAll(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}
