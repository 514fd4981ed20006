import { fileURLToPath } from 'node:url';
import type { CountryResponse, Reader } from 'maxmind';

/** CC0 data shipped with the app; NETSONDE_COUNTRY_FILE names another MaxMind country file. */
export const COUNTRY_FILE = process.env.NETSONDE_COUNTRY_FILE ?? packagedFile();

function packagedFile(): string {
  try {
    return fileURLToPath(import.meta.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'));
  } catch {
    return ''; // packed without the data: country is null and get_status says why
  }
}

let reader: Promise<Reader<CountryResponse> | null> | undefined;

/** Opens the file at the first question, not at start: it takes 8 MB. null when it cannot be read. */
export function countryReader(): Promise<Reader<CountryResponse> | null> {
  reader ??= import('maxmind').then(({ open }) => open<CountryResponse>(COUNTRY_FILE)).catch(() => null);
  return reader;
}
