import { z } from 'zod';

export const FINDING_SEVERITIES = ['critical', 'warning', 'notice', 'info'] as const;
export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

const time = z.iso.datetime({ offset: true });
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const findingEnd = z.object({ ip: z.string(), port: z.number().nullable(), mac: z.string().nullable().optional() });

/** The flow a finding is about. */
export const findingFlow = z.object({
  proto: z.string().describe('tcp, udp, icmp, arp …'),
  a: findingEnd,
  b: findingEnd,
  stream: z.number().nullable().describe('Number of the flow in this capture'),
  pid: z.number().nullable(),
  program: z.string().nullable(),
});
export type FindingFlow = z.infer<typeof findingFlow>;

/** One packet that shows it. */
export const evidence = z.object({
  packet: z.number().describe('frame.number in Wireshark'),
  ts: time.nullable().describe('With microseconds'),
  role: z.string().describe('What this packet is to the finding, for example syn or reset'),
  fields: z.record(z.string(), value).describe('By the names of tshark fields'),
});
export type Evidence = z.infer<typeof evidence>;

/** One problem found in a capture (problem-catalogue section 0.2). Ids and severities are stable. */
export const finding = z.object({
  id: z.string(),
  severity: z.enum(FINDING_SEVERITIES),
  confidence: z.enum(['high', 'medium', 'low']),
  title: z.string(),
  summary: z.string().describe('One sentence with names and numbers'),
  flow: findingFlow.nullable(),
  flows: z.array(findingFlow).describe('Of a roll-up, at most twenty'),
  rollup: z.boolean(),
  count: z.number(),
  first_ts: time.nullable(),
  last_ts: time.nullable(),
  evidence: z.array(evidence).describe('At most twenty packets'),
  metrics: z.record(z.string(), value).describe('Numbers it rests on, thresholds included; the unit is in the name'),
  advice: z.array(z.string()),
  caveats: z.array(z.string()),
  references: z.array(z.string()),
  consequences: z.array(z.string()).describe('Ids of problems that this one explains'),
});
export type Finding = z.infer<typeof finding>;

/** A rule that could not be judged. */
export const ruleState = z.object({ id: z.string(), reason: z.string() });
export type RuleState = z.infer<typeof ruleState>;
