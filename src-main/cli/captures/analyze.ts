import { reportHtml } from '@shared/capture-report/html';
import { type ReportHead, reportMarkdown } from '@shared/capture-report/markdown';
import { CaptureAnalysis } from '../../engine/packets/analysis';
import { truthReport } from '../../engine/packets/truth-report';
import { fileReport } from '../../engine/services/captures/judged-report';
import { readCaptureFile, readCaptureStream } from '../../engine/services/captures/read-capture';
import { reportIn } from '../../engine/services/captures/worded-report';
import { VERSION } from '../../version';
import { progressLine } from '../progress-line';
import { type CommandOptions, printer } from '../run-tool';
import type { ANALYZE_FORMATS } from './program';
import { exitCodeOf, showReport } from './show-report';

/** Rows of the lists in the JSON form. */
const JSON_ROWS = 100_000;

/**
 * Analyses a file in this process: a small one is done before a thread would have started.
 * @returns the exit code: 0 no problem above notice, 3 problems found
 */
export async function analyze(
  file: string,
  { format }: { format: (typeof ANALYZE_FORMATS)[number] },
  options: CommandOptions,
): Promise<number> {
  const { language } = options;
  const analysis = new CaptureAnalysis();
  const progress = progressLine();
  let percent = -1;
  const onProgress = (read: number, size: number): void => {
    const now = Math.floor((read / size) * 100);
    if (now === percent || now === 100) return;
    percent = now;
    progress.show(`${percent} %`);
  };
  const facts =
    file === '-' ? await readCaptureStream(process.stdin, '-', analysis) : await readCaptureFile(file, analysis, { onProgress });
  progress.clear();
  if (format === 'truth-json') {
    await print(`${JSON.stringify(truthReport(analysis, facts), null, 1)}\n`);
    return 0;
  }
  const isJson = format === 'json' || options.json;
  const report = reportIn(fileReport(analysis, facts, isJson ? { rows: JSON_ROWS } : {}), language);
  const head: ReportHead = { name: facts.name, language, version: VERSION, made_at: new Date().toISOString() };
  if (isJson) await print(`${JSON.stringify({ file: facts, ...report }, null, process.stdout.isTTY ? 2 : undefined)}\n`);
  else if (format === 'html') await print(reportHtml(report, head));
  else if (format === 'md') await print(reportMarkdown(report, head));
  else {
    if (facts.damage !== null) process.stderr.write(`${facts.name}: ${facts.damage}\n`);
    showReport(report, printer(language));
  }
  // Nothing of it could be read: that is no clean bill of health.
  if (facts.type === 'unknown' || (facts.damage !== null && analysis.packets === 0)) return 1;
  return exitCodeOf(report);
}

/** Resolves when a pipe has taken it: an exit before would cut it. */
function print(text: string): Promise<void> {
  return new Promise(resolve => {
    process.stdout.write(text, () => resolve());
  });
}
