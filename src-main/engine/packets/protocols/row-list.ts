/** Rows of one kind kept at once: what comes after is counted and left out (a report never grows with its capture). */
export const MAX_ROWS = 25_000;

/** A list with a limit. */
export class RowList<Row> {
  readonly rows: Row[] = [];
  dropped = 0;

  constructor(readonly limit = MAX_ROWS) {}

  /** False when the list is full; the row is then only counted. */
  add(row: Row): boolean {
    if (this.rows.length >= this.limit) {
      this.dropped++;
      return false;
    }
    this.rows.push(row);
    return true;
  }
}
