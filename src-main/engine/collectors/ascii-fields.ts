/** Fields between ASCII blanks. `\s` and `trim` would also split at U+3000 or U+2028, which an interface's name may hold. */
export function asciiFields(line: string): string[] {
  return line.split(/[ \t]+/).filter(Boolean);
}
