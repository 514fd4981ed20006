/** What exists, for a message: at most 20 names. */
export function listSome(names: readonly string[]): string {
  return names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')}, …`;
}
