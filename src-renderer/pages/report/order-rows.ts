import type { Sort } from '../../components/DataGrid';

/** The rows that hold a text, as numbers of their place; the engine compares in the same way. */
export function orderRows<Row>(
  rows: readonly Row[],
  query: string,
  sort: Sort | null,
  value: ((row: Row) => string | number | null) | undefined,
): string[] {
  const wanted = query.trim().toLowerCase();
  const found: { key: string; value: string | number | null }[] = [];
  for (const [at, row] of rows.entries()) {
    if (wanted !== '' && !JSON.stringify(row).toLowerCase().includes(wanted)) continue;
    found.push({ key: String(at), value: value?.(row) ?? null });
  }
  if (sort && value) {
    found.sort((a, b) => {
      // What is not known stands last, whichever way.
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      const order =
        typeof a.value === 'number' && typeof b.value === 'number'
          ? a.value - b.value
          : String(a.value) < String(b.value)
            ? -1
            : String(a.value) > String(b.value)
              ? 1
              : 0;
      return sort.descending ? -order : order;
    });
  }
  return found.map(({ key }) => key);
}
