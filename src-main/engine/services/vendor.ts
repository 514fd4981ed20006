/** First line of the entry: the maker's name. The rest is a postal address. */
let vendors: Promise<Map<string, string>> | undefined;

/** Who made a network card, by the first three bytes of its address; null for locally administered and unknown ones. */
export async function vendorOf(mac: string): Promise<string | null> {
  const prefix = mac.replaceAll(':', '').slice(0, 6).toUpperCase();
  // Bit 1 of the first byte: made up by software (containers, private Wi-Fi addresses), so no maker.
  if ((Number.parseInt(prefix.slice(0, 2), 16) & 2) !== 0) return null;
  vendors ??= load();
  return (await vendors).get(prefix) ?? null;
}

/** Loaded at the first question: 5.6 MB of JSON, of which the names are kept. Without the file nothing is known. */
async function load(): Promise<Map<string, string>> {
  try {
    const { default: table } = await import('oui-data', { with: { type: 'json' } });
    return new Map(Object.entries(table).map(([prefix, entry]) => [prefix, String(entry).split('\n')[0] ?? '']));
  } catch {
    return new Map();
  }
}
