import { z } from 'zod';
import { coverage, source } from './source';

export const PATTERN_RULES = [
  'burst',
  'fan_out',
  'port_scan_out',
  'port_scan_in',
  'beaconing',
  'refused',
  'timed_out',
  'unreachable',
  'slow_handshakes',
  'retransmissions',
  'new_destinations',
] as const;
export type PatternRule = (typeof PATTERN_RULES)[number];

/** Something worth a look, with the rule that found it and the numbers it was found by. */
export const patternFinding = z.object({
  rule: z.enum(PATTERN_RULES),
  severity: z.enum(['info', 'warning', 'critical']),
  summary: z.string().describe('One sentence with names and numbers'),
  pid: z.number().nullable(),
  program: z.string().nullable(),
  threshold: z.string().describe('What the rule asks for at least'),
  evidence: z.array(z.string()).describe('Numbers, addresses and times'),
  event_ids: z.array(z.string()).describe('Some of the events, for list_connections'),
});
export type PatternFinding = z.infer<typeof patternFinding>;

export const patternAnalysis = z.object({
  host: z.string(),
  pid: z.number().nullable().describe('Asked for'),
  process_name: z.string().nullable().describe('Asked for'),
  duration: z.number().describe('Seconds looked back'),
  count: z.number(),
  top_destinations: z.array(z.object({ destination: z.string(), count: z.number() })),
  protocols: z.record(z.string(), z.number()),
  top_processes: z.array(z.object({ pid: z.number().nullable(), program: z.string(), count: z.number() })),
  rate_per_minute: z.number(),
  failures: z.record(z.string(), z.number()).describe('By the name of the errno'),
  findings: z.array(patternFinding),
  query_time: z.iso.datetime({ offset: true }),
  coverage,
  source,
});
export type PatternAnalysis = z.infer<typeof patternAnalysis>;

export const insights = z.object({
  insights: z.string(),
  deterministic: z.boolean().describe('True: rules, no language model'),
  model: z.string().nullable(),
  label: z.string().describe('Who wrote this'),
  how_to_use_a_model: z.string().nullable(),
  findings: z.array(patternFinding),
  coverage: coverage.nullable().describe('null: the kernel events cannot be seen now, only the text was read'),
  source,
});
export type Insights = z.infer<typeof insights>;
