const SIZES: Record<string, number> = { __u64: 8, __u32: 4, __u16: 2, __u8: 1, char: 1 };
for (const bits of [8, 16, 32, 64]) SIZES[`uint${bits}_t`] = bits / 8;
const FIELD = /^\t(\w+) (\w+)(?:\[(\d+)\])?;/gm;

/** Offsets of the fields of a struct in a header, and its size: naturally aligned, nothing packed. */
export function layoutOf(header: string, name: string): { offsets: Record<string, number>; bytes: number } {
  const body = new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(header)?.[1] ?? '';
  const offsets: Record<string, number> = {};
  let at = 0;
  let widest = 1;
  for (const [, type = '', field = '', count = '1'] of body.matchAll(FIELD)) {
    const size = SIZES[type];
    if (!size) throw new Error(`${name}.${field} is of the unknown type ${type}`);
    at = Math.ceil(at / size) * size;
    offsets[field] = at;
    at += size * Number(count);
    widest = Math.max(widest, size);
  }
  return { offsets, bytes: Math.ceil(at / widest) * widest };
}
