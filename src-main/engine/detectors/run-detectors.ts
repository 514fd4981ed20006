import type { Language } from '@shared/text/index';
import type { CaptureFacts } from './facts';
import { DETECTORS } from './index';
import { type DetectorResult, type JudgeOptions, judge, judgement } from './judge';

/** Runs every rule over the facts of a capture. */
export function runDetectors(facts: CaptureFacts, options: JudgeOptions = {}): DetectorResult {
  return judge(DETECTORS, facts, options);
}

/** Runs every rule once, for readers of any language. */
export function judgeCapture(facts: CaptureFacts): (language: Language) => DetectorResult {
  return judgement(DETECTORS, facts);
}
