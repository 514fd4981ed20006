import { z } from 'zod';
import { hostParams, integer } from './tool';

/** Parameters of the tools that look into the history of kernel events (tool-contract section 2). */
export const processParams = {
  pid: integer(1, 4_194_304).optional().describe('Only this process; left out: all.'),
  process_name: z
    .string()
    .min(1)
    .max(256)
    .refine(value => !/[\u0000-\u001f\u007f]/.test(value), { error: 'control characters are not allowed' })
    .optional()
    .describe('Only processes with exactly this name, upper and lower case alike.'),
};
export const PROCESS_ALIASES = { process: 'process_name', command: 'process_name' };

export const eventQuery = {
  query: z
    .string()
    .max(4_096)
    .optional()
    .describe('Filter language: result:refused port:443 process:nginx remote:10.0.0.0/8 direction:outbound latency>100'),
  ...hostParams,
};

export const durationParam = {
  duration: integer(1, 86_400).default(60).describe('Seconds to look back, 1 to 86,400, default 60.'),
};

export const eventPage = {
  max_events: integer(1, 10_000).default(100).describe('Rows at most, 1 to 10,000, default 100.'),
  offset: integer(0, 10_000_000).default(0).describe('Rows to leave out at the beginning; next_offset of the page before.'),
  since: z.string().max(64).optional().describe('Only events from this time on, ISO 8601.'),
};
/** `limit` is what other lists call it. */
export const PAGE_ALIASES = { ...PROCESS_ALIASES, limit: 'max_events' };

/** HH:MM:SS of this machine, as the text forms have it. */
export function clockOf(time: string): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** The last line of a text form that shows a part. */
export function moreLine(total: number, shown: number): string[] {
  return total > shown ? [`  ... and ${total - shown} more events`] : [];
}

export const dropParams = {
  reason: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,80}$/, { error: 'a drop reason such as NO_SOCKET' })
    .optional()
    .describe("Only this reason, by the kernel's name, for example NO_SOCKET."),
  include_benign: z.boolean().default(false).describe('Also frees that are no loss; default false.'),
};
