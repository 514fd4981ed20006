import { z } from 'zod';
import { attribution, coverage, source } from './source';

/** One packet that the kernel threw away. A row of list_packet_drops. */
export const dropEvent = z.object({
  id: z.string(),
  time: z.iso.datetime({ offset: true }),
  reason: z.string().describe("The kernel's own name, without SKB_DROP_REASON_"),
  reason_text: z.string().describe('The same in plain words'),
  benign: z.boolean().describe('A free that is no loss'),
  protocol: z.string(),
  source: z.string().describe('Of the packet; "-" when it has no such address'),
  destination: z.string(),
  direction: z.enum(['outbound', 'inbound']).nullable(),
  pid: z.number().nullable(),
  program: z.string().describe('"-" if unknown: most packets that are dropped belong to no process'),
  attribution,
  location: z.string().nullable().describe('Function of the kernel; null when its names may not be read'),
  interface: z.string().nullable(),
  netns: z.number().nullable().describe('Inode of the network namespace'),
  length: z.number().nullable().describe('Bytes'),
});
export type DropEvent = z.infer<typeof dropEvent>;

const asked = {
  host: z.string(),
  pid: z.number().nullable().describe('Asked for'),
  process_name: z.string().nullable().describe('Asked for'),
  reason: z.string().nullable().describe('Asked for'),
  query: z.string().nullable(),
  include_benign: z.boolean(),
};

export const dropList = z.object({
  ...asked,
  since: z.string().nullable(),
  events: z.array(dropEvent).describe('Newest first'),
  total: z.number(),
  truncated: z.boolean(),
  next_offset: z.number().nullable(),
  coverage,
  source,
});
export type DropList = z.infer<typeof dropList>;

export const dropSummary = z.object({
  ...asked,
  duration: z.number().describe('Seconds looked back'),
  count: z.number().describe('Packets lost; with include_benign also the others'),
  benign: z.number().describe('Frees that are no loss, never in count unless asked for'),
  by_reason: z.record(z.string(), z.number()),
  reasons: z.array(
    z.object({
      reason: z.string(),
      count: z.number(),
      benign: z.boolean(),
      text: z.string().describe('In plain words'),
      advice: z.string(),
    }),
  ),
  by_process: z.array(z.object({ pid: z.number().nullable(), program: z.string(), count: z.number() })),
  by_location: z.array(z.object({ location: z.string().nullable(), count: z.number() })),
  query_time: z.iso.datetime({ offset: true }),
  coverage,
  source,
});
export type DropSummary = z.infer<typeof dropSummary>;

/** Drops of one second that have reason, process and location in common. */
export interface DropCount {
  reason: string;
  benign: boolean;
  pid: number | null;
  /** '-' if unknown */
  program: string;
  location: string | null;
  count: number;
}
export interface DropSecond {
  at_ms: number;
  /** The most frequent first, at most 50. */
  drops: DropCount[];
  /** Those beyond the 50. */
  other: number;
  /** No helper during this second or part of it. */
  gap: boolean;
}
/** First the window so far (at most 900 seconds, oldest first; seconds without drops are left out unless a gap), then each second. */
export interface DropRateBatch {
  snapshot: boolean;
  seconds: DropSecond[];
}
