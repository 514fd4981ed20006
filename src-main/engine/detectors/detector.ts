import type { Finding, FindingSeverity } from '@shared/model/finding';
import type { CaveatId } from './caveats';
import type { CaptureFacts } from './facts';
import type { FlowFacts } from './flow-facts';
import type { NeedId } from './needs';
import type { Thresholds } from './thresholds';

export type Severity = FindingSeverity;
export type Confidence = Finding['confidence'];
export type Value = string | number | boolean | null;
/** Numbers a finding rests on, with the unit in the name; undefined ones are left out. */
export type Metrics = Readonly<Record<string, Value | undefined>>;

/** One packet that shows it. */
export interface EvidencePacket {
  packet: number;
  /** Seconds since 1970; NaN where it is not known. */
  ts: number;
  role: string;
  /** By the names of tshark fields; undefined ones are left out. */
  fields?: Readonly<Record<string, Value | undefined>>;
}

/** What a detector saw once. Those of the same flow and the same `about` become one finding. */
export interface Observation<M extends Metrics = Metrics> {
  flow?: FlowFacts;
  /** Where no flow tells observations apart: a name, an address. */
  about?: string;
  /** One finding for all flows with the same `about`: a certificate is one problem, however often it is shown. */
  together?: boolean;
  /** Findings of this problem with one peer are rolled up when they are many; by default the server of the flow. */
  peer?: string;
  /** Who is behind it: the client of the flow, where a scan of that source explains it. */
  source?: string;
  /** Where it differs from the detector's own. */
  severity?: Severity;
  confidence?: Confidence;
  count?: number;
  /** Seconds since 1970, where the evidence does not tell. */
  firstTs?: number;
  lastTs?: number;
  evidence: readonly EvidencePacket[];
  metrics: M;
  caveats?: readonly CaveatId[];
}

/** The words of a problem in one language. Sentences are made of the metrics. */
export interface Words<M extends Metrics = Metrics> {
  title: string;
  summary(metrics: M): string;
  advice(metrics: M): readonly string[];
}

/** One network problem: how it is seen in a capture, and what to say about it. */
export interface Detector {
  /** Stable: part of the format of reports. */
  readonly id: string;
  readonly severity: Severity;
  readonly references: readonly string[];
  /** What must be in the capture for the rule to be judged. */
  readonly needs: readonly NeedId[];
  readonly text: { readonly en: Words; readonly 'zh-CN': Words };
  detect(facts: CaptureFacts, thresholds: Thresholds): Observation[];
}

interface Definition<M extends Metrics> extends Omit<Detector, 'text' | 'detect'> {
  text: { en: Words<M>; 'zh-CN': Words<M> };
  detect(facts: CaptureFacts, thresholds: Thresholds): Observation<M>[];
}

/** The metrics that detect() makes are those its sentences are made of. */
export function defineDetector<M extends Metrics>(definition: Definition<M>): Detector {
  return definition as unknown as Detector; // M is seen by this detector only: words are called with its own metrics
}
