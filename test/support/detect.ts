// Runs made captures through the real analysis and the detectors, as a file would go.

import { describe, expect, test } from 'vitest';
import type { Detector } from '../../src-main/engine/detectors/detector';
import { type DetectorResult, type RunOptions, runDetectors } from '../../src-main/engine/detectors/run-detectors';
import { CaptureAnalysis } from '../../src-main/engine/packets/analysis';
import { type FactsOptions, factsOf } from '../../src-main/engine/packets/track/facts-of';
import type { Finding, FindingSeverity } from '../../src-shared/model/finding';
import type { Captured } from './packet-bytes';

const ETHERNET = 1;

export interface DetectOptions extends FactsOptions, RunOptions {
  linkType?: number;
}

/** All that is found in these packets; they are sorted by time unless `inOrder` of the caller matters (equal times keep theirs). */
export function analysed(packets: readonly Captured[], options: DetectOptions = {}): DetectorResult {
  const analysis = new CaptureAnalysis();
  for (const { at, frame, length } of packets) {
    const seconds = Math.floor(at);
    const nanos = Math.round((at - seconds) * 1e6) * 1000;
    analysis.packet(frame, 0, frame.length, length ?? frame.length, seconds, nanos, options.linkType ?? ETHERNET);
  }
  analysis.end();
  return runDetectors(factsOf(analysis, options), options);
}

/** The findings of one problem; all of them stand, nothing is put under another, when only its own rule runs. */
export function findingsOf(id: string, packets: readonly Captured[], options: DetectOptions = {}): Finding[] {
  const result = analysed(packets, options);
  if (result.failed.length > 0) throw new Error(`A rule failed: ${JSON.stringify(result.failed)}`);
  return result.findings.filter(finding => finding.id === id);
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
      const found = findingsOf(detector.id, packets, { ...options, detectors: [detector] });
      expect(found.map(({ severity }) => severity)).toEqual(finds);
      for (const finding of found) expectWorded(finding, packets.length);
      if (metrics) expect(found[0]?.metrics).toMatchObject(metrics);
      const inChinese = findingsOf(detector.id, packets, { ...options, detectors: [detector], language: 'zh-CN' });
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
