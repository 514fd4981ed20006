import { z } from 'zod';
import { LANGUAGES } from '../text/index';

/** What the user can set. Stored as JSON in NETSONDE_HOME, 0600. */
export const settings = z.object({
  language: z.enum(['system', ...LANGUAGES]),
  theme: z.enum(['system', 'light', 'dark']),
  rate_unit: z.enum(['bit', 'byte']),
  density: z.enum(['compact', 'roomy']),
  saved_filters: z.array(z.object({ name: z.string().max(64), query: z.string().max(4096) })).max(50),
  favourites: z.array(z.object({ kind: z.enum(['host', 'service', 'process']), value: z.string().max(253) })).max(200),
});
export type Settings = z.infer<typeof settings>;

export const SCOPES = ['read', 'capture', 'remote', 'ai'] as const;
export const scope = z.enum(SCOPES);
export type Scope = z.infer<typeof scope>;

/** A token as the user sees it; the secret itself is shown once, when it is made. */
export const tokenSummary = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  created_at: z.iso.datetime({ offset: true }),
  last_call_at: z.iso.datetime({ offset: true }).nullable(),
  calls_today: z.number(),
  /** Last four characters, to tell tokens apart. */
  ending: z.string(),
  primary: z.boolean(),
});
export type TokenSummary = z.infer<typeof tokenSummary>;

/** What the app ships about an address. Nothing is asked of the network. */
export const addressFacts = z.object({
  address: z.string(),
  scope: z.enum(['loopback', 'private', 'link_local', 'multicast', 'public', 'unspecified']),
  country: z.string().nullable().describe('ISO 3166 code'),
  mac: z.string().nullable().describe('From the neighbour table'),
  vendor: z.string().nullable(),
});
export type AddressFacts = z.infer<typeof addressFacts>;
