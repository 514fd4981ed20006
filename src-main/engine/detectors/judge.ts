import { FINDING_SEVERITIES, type Finding, type FindingFlow, type RuleState } from '@shared/model/finding';
import type { Language } from '@shared/text/index';
import { type CaveatId, caveatText, confidenceWith } from './caveats';
import { explain } from './consequences';
import type { Confidence, Detector, EvidencePacket, Metrics, Observation, Severity } from './detector';
import type { CaptureFacts } from './facts';
import type { FlowFacts } from './flow-facts';
import { unmet } from './needs';
import { THRESHOLDS, type Thresholds } from './thresholds';

/** Packets quoted as evidence (problem catalogue 0.2), flows of a roll-up, findings of a report. */
const MAX_EVIDENCE = 20;
const MAX_FLOWS = 20;
const MAX_FINDINGS = 1_000;

export interface JudgeOptions {
  language?: Language | undefined;
  thresholds?: Partial<Thresholds>;
}

export interface DetectorResult {
  /** Most severe first. */
  findings: Finding[];
  /** Findings beyond the limit. */
  left_out: number;
  /** Every rule stands in one of these: what is not found was looked for, or could not be. */
  found: string[];
  clear: string[];
  not_run: RuleState[];
  /** Rules that failed by a mistake of Netsonde's own; also in not_run. */
  failed: { id: string; error: string }[];
}

/** Observations that are one finding. */
export interface Group {
  readonly detector: Detector;
  readonly about: string | undefined;
  readonly peer: string | undefined;
  readonly source: string | undefined;
  severity: Severity;
  confidence: Confidence;
  count: number;
  firstTs: number;
  lastTs: number;
  readonly evidence: EvidencePacket[];
  metrics: Metrics;
  readonly caveats: Set<CaveatId>;
  readonly consequences: Set<string>;
  /** All flows it is about. */
  readonly flows: FlowFacts[];
  rollup: boolean;
}

/** Runs these rules over the facts of a capture. */
export function judge(detectors: readonly Detector[], facts: CaptureFacts, options: JudgeOptions = {}): DetectorResult {
  return judgement(detectors, facts, options)(options.language ?? 'en');
}

/** Runs these rules once. @returns what they found, worded in a language */
export function judgement(
  detectors: readonly Detector[],
  facts: CaptureFacts,
  options: Pick<JudgeOptions, 'thresholds'> = {},
): (language: Language) => DetectorResult {
  const thresholds = { ...THRESHOLDS, ...options.thresholds };
  const found: string[] = [];
  const clear: string[] = [];
  const failed: DetectorResult['failed'] = [];
  const notRun: { id: string; reason: (language: Language) => string }[] = [];
  const groups: Group[] = [];
  for (const detector of detectors) {
    const { id } = detector;
    const need = unmet(detector.needs, facts);
    if (need !== null) {
      notRun.push({ id, reason: language => need[language] });
      continue;
    }
    try {
      const made = grouped(detector, detector.detect(facts, thresholds));
      groups.push(...made);
      (made.length > 0 ? found : clear).push(id);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.message : String(thrown);
      failed.push({ id, error });
      notRun.push({
        id,
        reason: language =>
          language === 'zh-CN' ? `规则内部错误：${error}` : `the rule failed by an error of its own: ${error}`,
      });
    }
  }
  const shown = explain(groups, facts);
  const rolled = rollUp(shown, thresholds.rollup_flows);
  rolled.sort(bySeverity);
  const kept = rolled.slice(0, MAX_FINDINGS);
  return language => ({
    findings: kept.map(group => toFinding(group, language)),
    left_out: rolled.length - kept.length,
    found,
    clear,
    not_run: notRun.map(({ id, reason }) => ({ id, reason: reason(language) })),
    failed,
  });
}

function grouped(detector: Detector, observations: readonly Observation[]): Group[] {
  const groups = new Map<string, Group>();
  for (const observation of observations) {
    const { flow, about, together } = observation;
    const key = `${together ? '' : (flow?.number ?? '')} ${about ?? ''}`;
    const known = groups.get(key);
    if (known) merge(known, observation);
    else groups.set(key, groupOf(detector, observation));
  }
  return [...groups.values()];
}

function groupOf(detector: Detector, observation: Observation): Group {
  const { flow, about, evidence, metrics, caveats = [], severity = detector.severity, count = 1 } = observation;
  const times = evidence.map(({ ts }) => ts).filter(ts => !Number.isNaN(ts));
  return {
    detector,
    about,
    peer: observation.peer ?? (flow && `${flow.b.ip} ${flow.b.port}`),
    source: observation.source ?? flow?.a.ip,
    severity,
    confidence: observation.confidence ?? 'high',
    count,
    firstTs: observation.firstTs ?? Math.min(...times),
    lastTs: observation.lastTs ?? Math.max(...times),
    evidence: [...evidence],
    metrics,
    caveats: new Set(caveats),
    consequences: new Set(),
    flows: flow ? [flow] : [],
    rollup: false,
  };
}

function merge(group: Group, observation: Observation): void {
  const other = groupOf(group.detector, observation);
  // The worse one words the finding.
  if (rank(other.severity) < rank(group.severity)) {
    group.severity = other.severity;
    group.metrics = other.metrics;
  }
  group.count += other.count;
  group.firstTs = Math.min(group.firstTs, other.firstTs);
  group.lastTs = Math.max(group.lastTs, other.lastTs);
  group.evidence.push(...other.evidence);
  for (const flow of other.flows) if (!group.flows.includes(flow)) group.flows.push(flow);
  for (const caveat of other.caveats) group.caveats.add(caveat);
}

/** One finding for many flows with the same problem and the same peer; the worst of them words it. */
function rollUp(groups: readonly Group[], limit: number): Group[] {
  const families = new Map<string, Group[]>();
  for (const group of groups) {
    if (group.flows.length !== 1 || group.peer === undefined) continue;
    const key = `${group.detector.id} ${group.peer}`;
    const family = families.get(key);
    if (family) family.push(group);
    else families.set(key, [group]);
  }
  const rolled = new Set<Group>();
  const made: Group[] = [];
  for (const family of families.values()) {
    if (family.length <= limit) continue;
    for (const group of family) rolled.add(group);
    family.sort(bySeverity);
    const [worst] = family;
    if (worst) made.push(rolledUp(worst, family));
  }
  return [...groups.filter(group => !rolled.has(group)), ...made];
}

function rolledUp(worst: Group, family: readonly Group[]): Group {
  const inTime = [...family].sort((one, other) => one.firstTs - other.firstTs);
  return {
    ...worst,
    rollup: true,
    flows: inTime.flatMap(({ flows }) => flows),
    count: family.reduce((sum, { count }) => sum + count, 0),
    firstTs: Math.min(...family.slice(0, 10_000).map(({ firstTs }) => firstTs)),
    lastTs: Math.max(...family.slice(0, 10_000).map(({ lastTs }) => lastTs)),
    evidence: inTime.slice(0, MAX_EVIDENCE).flatMap(({ evidence }) => evidence.slice(0, 1)),
    metrics: { ...worst.metrics, flows: family.length },
    consequences: new Set(family.flatMap(({ consequences }) => [...consequences])),
  };
}

const CONFIDENCE_RANK = { high: 0, medium: 1, low: 2 };

function rank(severity: Severity): number {
  return FINDING_SEVERITIES.indexOf(severity);
}

function bySeverity(one: Group, other: Group): number {
  return (
    rank(one.severity) - rank(other.severity) ||
    CONFIDENCE_RANK[confidenceOf(one)] - CONFIDENCE_RANK[confidenceOf(other)] ||
    (one.firstTs || 0) - (other.firstTs || 0)
  );
}

function confidenceOf(group: Group): Confidence {
  return confidenceWith(group.confidence, [...group.caveats]);
}

function toFinding(group: Group, language: Language): Finding {
  const { detector, flows, rollup, count, metrics } = group;
  const [flow] = flows;
  const words = detector.text[language];
  const sentence = words.summary(metrics);
  const many = language === 'zh-CN' ? `（共 ${flows.length} 条流，此为其中最严重者）` : ` (worst of ${flows.length} flows)`;
  return {
    id: detector.id,
    severity: group.severity,
    confidence: confidenceOf(group),
    title: words.title,
    summary: rollup ? `${sentence}${many}` : sentence,
    flow: flow && flows.length === 1 ? shownFlow(flow) : null,
    flows: flows.length > 1 ? flows.slice(0, MAX_FLOWS).map(shownFlow) : [],
    rollup,
    count,
    first_ts: isoTime(group.firstTs),
    last_ts: isoTime(group.lastTs),
    evidence: shownEvidence(group.evidence),
    metrics: defined(metrics),
    advice: [...words.advice(metrics)],
    caveats: [...group.caveats].map(id => caveatText(id, language)),
    references: [...detector.references],
    consequences: [...group.consequences],
  };
}

/** In order of packets, each once a role; when they are too many the first and the last. */
function shownEvidence(packets: readonly EvidencePacket[]): Finding['evidence'] {
  const seen = new Set<string>();
  const unique = packets.filter(({ packet, role }) => {
    const key = `${packet} ${role}`;
    if (packet <= 0 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const kept = unique.length > MAX_EVIDENCE ? [...unique.slice(0, MAX_EVIDENCE - 4), ...unique.slice(-4)] : unique;
  return kept
    .sort((one, other) => one.packet - other.packet)
    .map(({ packet, ts, role, fields }) => ({ packet, ts: isoTime(ts), role, fields: defined(fields ?? {}) }));
}

function shownFlow({ proto, a, b, number, process }: FlowFacts): FindingFlow {
  const { pid = null, program = null } = process ?? {};
  return { proto, a: { ip: a.ip, port: a.port }, b: { ip: b.ip, port: b.port }, stream: number, pid, program };
}

function defined(metrics: Metrics): Finding['metrics'] {
  const shown: Finding['metrics'] = {};
  for (const [name, value] of Object.entries(metrics)) {
    if (value === undefined) continue;
    shown[name] = typeof value === 'number' ? rounded(value) : value;
  }
  return shown;
}

/** Microseconds are as exact as captures are; no number is shown that is none. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null;
}

/** With microseconds; null when the capture has no time for it. */
export function isoTime(ts: number): string | null {
  if (!Number.isFinite(ts) || Math.abs(ts) > 8e12) return null;
  const micros = Math.round(ts * 1e6);
  const seconds = Math.floor(micros / 1e6);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(micros - seconds * 1e6).padStart(6, '0')}Z`;
}
