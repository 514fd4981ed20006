import { styleText } from 'node:util';

export interface Column<Row> {
  title: string;
  value: (row: Row) => string;
  align?: 'left' | 'right';
  /** May be cut with … when the terminal is too narrow; one column at most should. */
  flexible?: boolean;
}

const GAP = '  ';

/** Width in terminal cells, East Asian wide characters counted as two. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    width +=
      code >= 0x1100 &&
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Text that takes at most `width` cells; what is cut is marked with …. */
export function fit(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (cellWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - cellWidth(text)));
  return align === 'right' ? space + text : text + space;
}

export interface TableOptions {
  /** Cells across; null: as wide as needed, for files and pipes. */
  width: number | null;
  bold?: (text: string) => string;
}

/** Rows as aligned columns under bold titles. No lines: they cost width and say nothing. */
export function formatTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, bold = text => text }: TableOptions,
): string {
  const cells = rows.map(row => columns.map(({ value }) => value(row)));
  const widths = columns.map(({ title }, index) => Math.max(cellWidth(title), ...cells.map(row => cellWidth(row[index] ?? ''))));
  const excess = width === null ? 0 : widths.reduce((sum, each) => sum + each, 0) + GAP.length * (columns.length - 1) - width;
  const flexible = columns.findIndex(column => column.flexible);
  if (excess > 0 && flexible >= 0) widths[flexible] = Math.max(8, (widths[flexible] ?? 0) - excess);
  const line = (values: readonly string[]): string =>
    values
      .map((value, index) => pad(fit(value, widths[index] ?? 0), widths[index] ?? 0, columns[index]?.align))
      .join(GAP)
      .trimEnd();
  return [bold(line(columns.map(({ title }) => title))), ...cells.map(line)].join('\n');
}

/** Styles for a stream: none when it is no terminal or NO_COLOR is set. */
export function stylesFor(stream: NodeJS.WriteStream) {
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) => styleText(format, text, { stream });
  return { bold: style('bold'), dim: style('dim'), good: style('green'), warn: style('yellow'), bad: style('red') };
}
