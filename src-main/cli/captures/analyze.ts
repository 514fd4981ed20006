import { CaptureAnalysis } from '../../engine/packets/analysis';
import { truthReport } from '../../engine/packets/truth-report';
import { readCaptureFile, readCaptureStream } from '../../engine/services/captures/read-capture';
import type { CommandOptions } from '../run-tool';
import type { ANALYZE_FORMATS } from './program';

/** @returns the exit code: 0 no problem above notice, 3 problems found */
export async function analyze(
  file: string,
  { format }: { format: (typeof ANALYZE_FORMATS)[number] },
  _options: CommandOptions,
): Promise<number> {
  const analysis = new CaptureAnalysis();
  const facts = file === '-' ? await readCaptureStream(process.stdin, '-', analysis) : await readCaptureFile(file, analysis);
  if (format === 'truth-json') process.stdout.write(`${JSON.stringify(truthReport(analysis, facts), null, 1)}\n`);
  return 0;
}
