import { LANGUAGES, type Language } from '@shared/text/index';
import { judgeCapture } from '../../detectors/run-detectors';
import type { CaptureAnalysis } from '../../packets/analysis';
import { type FactsOptions, factsOf } from './facts/facts-of';
import type { CaptureLosses, Detection } from './report';

export interface DetectOptions {
  losses: CaptureLosses;
  damage: string | null;
  context?: FactsOptions['context'] | undefined;
  processOf?: FactsOptions['processOf'] | undefined;
}

/** Runs the detectors over an analysis; a rule that fails by its own mistake is logged, and not judged. */
export function detect(
  analysis: CaptureAnalysis,
  { losses, damage, context, processOf }: DetectOptions,
): Record<Language, Detection> {
  const { dropped_by_kernel, dropped_by_interface } = losses;
  const facts = factsOf(analysis, {
    dropped: { kernel: dropped_by_kernel, interface: dropped_by_interface, received: losses.received },
    damage,
    ...(context && { context }),
    ...(processOf && { processOf }),
  });
  const wordedIn = judgeCapture(facts);
  const detections = LANGUAGES.map(language => {
    const { findings, clear, not_run, failed } = wordedIn(language);
    return { language, failed, detection: { findings, clear: clear.length, not_run } };
  });
  for (const { id, error } of detections[0]?.failed ?? [])
    console.error(JSON.stringify({ level: 'error', message: `Rule ${id} failed: ${error}` }));
  // One for each language.
  return Object.fromEntries(detections.map(({ language, detection }) => [language, detection])) as Record<Language, Detection>;
}
