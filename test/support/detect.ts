// Runs made captures through the real analysis and the detectors, as a file would go.

import { type DetectorResult, type RunOptions, runDetectors } from '../../src-main/engine/detectors/run-detectors';
import { CaptureAnalysis } from '../../src-main/engine/packets/analysis';
import { type FactsOptions, factsOf } from '../../src-main/engine/packets/track/facts-of';
import type { Finding } from '../../src-shared/model/finding';
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
