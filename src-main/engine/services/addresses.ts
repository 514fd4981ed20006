import { Resolver } from 'node:dns/promises';
import { scopeOf } from '@shared/address';
import { NetsondeError } from '@shared/errors';
import type { AddressFacts } from '@shared/model/settings';
import { NAME_LIMIT, sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import { neighbourBackends } from '../collectors/neighbours/index';
import type { Host } from '../hosts/host';
import type { Clock } from './clock';
import { countryReader } from './country';
import { vendorOf } from './vendor';

/** What the app knows about an address without asking the network; and, when told to, its name from DNS. */
export interface AddressService {
  describe(addresses: readonly string[]): Promise<AddressFacts[]>;
  /** Asks the system's DNS servers: the one look-up that leaves the machine, only on a click. */
  reverse(address: string, signal: AbortSignal): Promise<{ address: string; names: string[] }>;
}

const NEIGHBOURS_KEPT_MS = 5_000;
const DNS_TIMEOUT_MS = 3_000;

export function createAddressService(local: Host, clock: Clock): AddressService {
  let neighbours: { atMs: number; table: Promise<Map<string, string>> } | undefined;
  const readNeighbours = (): Promise<Map<string, string>> => {
    if (!neighbours || clock.monotonicMs() - neighbours.atMs > NEIGHBOURS_KEPT_MS) {
      neighbours = { atMs: clock.monotonicMs(), table: neighbourTable(local) };
    }
    return neighbours.table;
  };
  return {
    async describe(addresses) {
      const [table, countries] = await Promise.all([readNeighbours(), countryReader()]);
      return Promise.all(
        addresses.map(async address => {
          const scope = scopeOf(address);
          if (scope === null)
            throw new NetsondeError('invalid_argument', text('addresses.none', { value: sanitizeUntrusted(address, 64) }));
          const bare = bareAddress(address);
          const mac = table.get(bare) ?? null;
          const country = scope === 'public' ? countryCode(countries?.get(bare)) : null;
          return { address, scope, country, mac, vendor: mac && (await vendorOf(mac)) };
        }),
      );
    },
    async reverse(address, signal) {
      if (scopeOf(address) === null)
        throw new NetsondeError('invalid_argument', text('addresses.none', { value: sanitizeUntrusted(address, 64) }));
      const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 1 });
      const cancel = (): void => resolver.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const names = await resolver.reverse(bareAddress(address));
        return { address, names: names.map(name => sanitizeUntrusted(name, NAME_LIMIT)) };
      } catch (thrown) {
        return { address, names: noNames(thrown, address, signal) };
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}

/** "No such name" is an answer; a server that does not answer is a failure. */
function noNames(thrown: unknown, address: string, signal: AbortSignal): string[] {
  const code = (thrown as NodeJS.ErrnoException).code; // dns rejects with ErrnoException only
  if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
  if (signal.aborted) throw new NetsondeError('cancelled', text('error.cancelled'));
  throw new NetsondeError('unreachable', text('addresses.dns', { address, code: code ?? String(thrown) }), { cause: thrown });
}

/** Without zone, IPv4-mapped ones as IPv4. */
function bareAddress(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** MaxMind's layout or the plain `country_code` of ip-location-db. */
function countryCode(found: unknown): string | null {
  if (typeof found !== 'object' || found === null) return null;
  if ('country_code' in found && typeof found.country_code === 'string') return found.country_code;
  if ('country' in found && typeof found.country === 'object' && found.country && 'iso_code' in found.country)
    return String(found.country.iso_code);
  return null;
}

/** MAC addresses by IP; empty where the table cannot be read, since a card is an extra, not an answer. */
async function neighbourTable(host: Host): Promise<Map<string, string>> {
  try {
    const { rows } = await collectWithFallback(neighbourBackends, host, undefined);
    return new Map(rows.map(({ ip, mac }) => [ip, mac]));
  } catch {
    return new Map();
  }
}
