/** So many rows stay below the 1 MiB of a message even where every name in them is as long as may be. */
const ROWS_PER_PART = 500;

type Fields = Record<string, unknown>;

/**
 * An event in parts that are small enough for one message each: its lists are cut, what else it says stands in every part.
 * Most events are one part, which is the event itself.
 */
export function partsOf(event: unknown): unknown[] {
  if (!isFields(event)) return [event];
  const lists = Object.entries(event).filter(isList);
  const count = Math.ceil(Math.max(0, ...lists.map(([, rows]) => rows.length)) / ROWS_PER_PART);
  if (count <= 1) return [event];
  return Array.from({ length: count }, (_, index) => {
    const slices = lists.map(([name, rows]) => [name, rows.slice(index * ROWS_PER_PART, (index + 1) * ROWS_PER_PART)]);
    return { ...event, ...(Object.fromEntries(slices) as Fields) };
  });
}

/** The event that was cut into these parts. */
export function joinParts(parts: readonly unknown[]): unknown {
  const [first] = parts;
  if (parts.length <= 1 || !isFields(first)) return first;
  const lists = Object.entries(first).filter(isList);
  const whole = lists.map(([name]) => [name, parts.filter(isFields).flatMap(part => part[name])]);
  return { ...first, ...(Object.fromEntries(whole) as Fields) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(entry: [string, unknown]): entry is [string, unknown[]] {
  return Array.isArray(entry[1]);
}
