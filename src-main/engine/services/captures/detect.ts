import type { Language } from '@shared/text/index';
import { runDetectors } from '../../detectors/run-detectors';
import type { CaptureAnalysis } from '../../packets/analysis';
import { type FactsOptions, factsOf } from '../../packets/track/facts-of';
import type { CaptureLosses, Detection } from './report';

export interface DetectOptions {
  language: Language;
  losses: CaptureLosses;
  damage: string | null;
  context?: FactsOptions['context'] | undefined;
}

/** Runs the detectors over an analysis; a rule that fails by its own mistake is logged, and not judged. */
export function detect(analysis: CaptureAnalysis, { language, losses, damage, context }: DetectOptions): Detection {
  const { dropped_by_kernel, dropped_by_interface } = losses;
  const facts = factsOf(analysis, {
    dropped: { kernel: dropped_by_kernel, interface: dropped_by_interface, received: losses.received },
    damage,
    ...(context && { context }),
  });
  const { findings, clear, not_run, failed } = runDetectors(facts, { language });
  for (const { id, error } of failed) console.error(JSON.stringify({ level: 'error', message: `Rule ${id} failed: ${error}` }));
  return { findings, clear: clear.length, not_run };
}
