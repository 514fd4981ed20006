import type { CaptureAnalysis } from '../../packets/analysis';
import type { CaptureFileFacts } from '../../packets/truth-report';
import { type DetectOptions, detect } from './detect';
import { buildReport, lossesOfFile, type ReportOptions } from './report';
import type { WordedReport } from './worded-report';

/** Runs the detectors over an analysis, and words what they and it say. */
export function judgedReport(
  analysis: CaptureAnalysis,
  { context, processOf, ...options }: ReportOptions & Pick<DetectOptions, 'context' | 'processOf'>,
): WordedReport {
  return buildReport(analysis, detect(analysis, { ...options, context, processOf }), options);
}

/** The report of a file that has been read; its own facts say what was lost. */
export function fileReport(
  analysis: CaptureAnalysis,
  facts: CaptureFileFacts,
  options: Pick<ReportOptions, 'rows'>,
): WordedReport {
  const { link_type, damage } = facts;
  return judgedReport(analysis, { ...options, losses: lossesOfFile(facts), link_type, damage, partial: false });
}
