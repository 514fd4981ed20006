// Runs made captures through the real analysis and the detectors, as a file would go.

import { describe, expect, test } from 'vitest';
import type { Detector } from '../../src-main/engine/detectors/detector';
import type { CaptureFacts } from '../../src-main/engine/detectors/facts';
import { type JudgeOptions, judge } from '../../src-main/engine/detectors/judge';
import { CaptureAnalysis } from '../../src-main/engine/packets/analysis';
import { type FactsOptions, factsOf } from '../../src-main/engine/services/captures/facts/facts-of';
import type { Finding, FindingSeverity } from '../../src-shared/model/finding';
import type { Captured } from './packet-bytes';

const ETHERNET = 1;

export interface DetectOptions extends FactsOptions, JudgeOptions {
  linkType?: number;
}

/** The facts of these packets, in the order they stand. */
export function made(packets: readonly Captured[], options: DetectOptions = {}): CaptureFacts {
  const analysis = new CaptureAnalysis();
  for (const { at, frame, length } of packets) {
    const seconds = Math.floor(at);
    const nanos = Math.round((at - seconds) * 1e6) * 1000;
    analysis.packet(frame, 0, frame.length, length ?? frame.length, seconds, nanos, options.linkType ?? ETHERNET);
  }
  analysis.end();
  return factsOf(analysis, options);
}

/** What one rule finds when it runs alone: nothing is put under another. */
function findingsOf(detector: Detector, packets: readonly Captured[], options: DetectOptions): Finding[] {
  const result = judge([detector], made(packets, options), options);
  expect(result.failed).toEqual([]);
  return result.findings;
}

/** What a rule must find: its severities, in order; none where it must be quiet. */
export interface Case {
  name: string;
  packets: readonly Captured[];
  finds: readonly FindingSeverity[];
  options?: DetectOptions;
  /** Metrics that must be so. */
  metrics?: Finding['metrics'];
}

/** Runs one rule alone over made captures. It must fire in one of them at least, and stay quiet in another. */
export function testRule(detector: Detector, cases: readonly Case[]): void {
  describe(detector.id, () => {
    test('fires in one made capture and not in a near miss', () => {
      expect(cases.some(({ finds }) => finds.length > 0)).toBe(true);
      expect(cases.some(({ finds }) => finds.length === 0)).toBe(true);
    });

    test.each(cases.map(one => [one.name, one] as const))('%s', (_name, { packets, finds, options, metrics }) => {
      const found = findingsOf(detector, packets, { ...options });
      expect(found.map(({ severity }) => severity)).toEqual(finds);
      for (const finding of found) expectWorded(finding, packets.length);
      if (metrics) expect(found[0]?.metrics).toMatchObject(metrics);
      const inChinese = findingsOf(detector, packets, { ...options, language: 'zh-CN' });
      for (const finding of inChinese) expect(finding.summary).toMatch(/[\u4e00-\u9fff]/);
    });
  });
}

/** Sentences without holes, and evidence that is in the capture. */
function expectWorded({ title, summary, advice, evidence }: Finding, packets: number): void {
  for (const sentence of [title, summary, ...advice]) {
    expect(sentence.length).toBeGreaterThan(0);
    expect(sentence).not.toMatch(/undefined|NaN|null|\[object/);
  }
  for (const { packet } of evidence) {
    expect(packet).toBeGreaterThan(0);
    expect(packet).toBeLessThanOrEqual(packets);
  }
}
