/** A cell that a spreadsheet would take for a formula (threat model section 6). */
const FORMULA = /^[=+\-@\t\r\n]/;

function cell(value: string | number | boolean | null): string {
  if (value === null) return '""';
  // Numbers are written as numbers: a minus sign there is no formula.
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '""';
  const text = String(value);
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** Every text quoted, formulas disarmed, lines ended as RFC 4180 has it. */
export function toCsv(head: readonly string[], rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  return [head, ...rows]
    .map(row => row.map(cell).join(','))
    .join('\r\n')
    .concat('\r\n');
}
