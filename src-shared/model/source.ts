import { z } from 'zod';
import { ERROR_CODES } from '../errors';

/** How to get a better backend than the one that answered. */
export const remedy = z.object({
  backend: z.string(),
  code: z.enum(ERROR_CODES),
  hint: z.string().describe('Install or grant command for this host.'),
});
export type Remedy = z.infer<typeof remedy>;

/** Where a number comes from, and what it could not see. Part of every result. */
export const source = z.object({
  backend: z.string().describe('What measured, for example ss or /proc/net/dev.'),
  privileged: z.boolean(),
  degraded: z.boolean().describe('True when a better backend was skipped; reason says why.'),
  reason: z.string().nullable(),
  remedies: z.array(remedy),
  sampled_at: z.iso.datetime({ offset: true }),
  duration_ms: z.number(),
  rtt_ms: z.number().nullable().describe('Round trip to a remote host; null locally.'),
  caveats: z.array(z.string()),
});
export type Source = z.infer<typeof source>;

export const attribution = z
  .enum(['exact', 'inherited', 'none'])
  .describe('How sure the process is. none: not known, never a guess.');
export type Attribution = z.infer<typeof attribution>;
