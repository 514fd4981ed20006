import { z } from 'zod';
import { ERROR_CODES } from '../errors';
import type { Text } from '../text/index';

/** A string for whoever reads it. Inside the engine also a Text: callTool words it for the caller before it checks. */
const worded = z.string() as unknown as z.ZodType<string, string | Text>; // so the input is wider than what zod sees

/** How to get a better backend than the one that answered. */
export const remedy = z.object({
  backend: z.string(),
  code: z.enum(ERROR_CODES),
  hint: worded.describe('Install or grant command for this host.'),
});

/** Where a number comes from, and what it could not see. Part of every result. */
export const source = z.object({
  backend: z.string().describe('What measured, for example ss or /proc/net/dev.'),
  privileged: z.boolean(),
  degraded: z.boolean().describe('True when a better backend was skipped; reason says why.'),
  reason: worded.nullable(),
  remedies: z.array(remedy),
  sampled_at: z.iso.datetime({ offset: true }),
  duration_ms: z.number(),
  rtt_ms: z.number().nullable().describe('Round trip to a remote host; null locally.'),
  caveats: z.array(worded),
});
export type Source = z.infer<typeof source>;

/** A source as the engine makes it: not worded yet. */
export type MeasuredSource = z.input<typeof source>;
/** A result as a service returns it. */
export type Measured<Result extends { source: Source }> = Omit<Result, 'source'> & { source: MeasuredSource };

export const attribution = z
  .enum(['exact', 'inherited', 'none'])
  .describe('How sure the process is. none: not known, never a guess.');
export type Attribution = z.infer<typeof attribution>;

/** What was watched: "no traffic" and "cannot see" are never the same answer. */
export const coverage = z.object({
  since: z.iso.datetime({ offset: true }).describe('Nothing is known of the time before'),
  seen_total: z.number().describe('Events of this sort since then, those no longer kept included'),
  lost: z.number().describe('Events that found the buffer full: they are in no list'),
  gaps: z.array(
    z.object({
      from: z.iso.datetime({ offset: true }),
      to: z.iso.datetime({ offset: true }).nullable().describe('null: it lasts'),
      reason: z.string(),
    }),
  ),
});
export type Coverage = z.infer<typeof coverage>;
