import type { CaptureFacts } from './facts';
import { DETECTORS } from './index';
import { type DetectorResult, type JudgeOptions, judge } from './judge';

/** Runs every rule over the facts of a capture. */
export function runDetectors(facts: CaptureFacts, options: JudgeOptions = {}): DetectorResult {
  return judge(DETECTORS, facts, options);
}
