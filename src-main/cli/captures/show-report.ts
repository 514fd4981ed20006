import { overviewRows, reportTables } from '@shared/capture-report/sections';
import type { CaptureAnalysisResult } from '@shared/model/capture';
import type { FindingSeverity } from '@shared/model/finding';
import type { Print } from '../run-tool';

/** Rows of each table on a terminal; the other forms have more. */
const MAX_ROWS = 12;

const MARKS: Record<FindingSeverity, { mark: string; style: 'bad' | 'warn' | 'bold' | 'dim' }> = {
  critical: { mark: '✖', style: 'bad' },
  warning: { mark: '▲', style: 'warn' },
  notice: { mark: '●', style: 'bold' },
  info: { mark: '·', style: 'dim' },
};

/** A report on a terminal: verdict, problems with what to do, then tables. */
export function showReport(analysis: CaptureAnalysisResult, { line, table, say, style }: Print): void {
  line(style.bold(analysis.verdict));
  line();
  for (const { severity, title, summary, evidence, advice, caveats, consequences, id } of analysis.problems_detected) {
    const { mark, style: colour } = MARKS[severity];
    line(`${style[colour](`${mark} ${say(`report.severity_${severity}`)}`)}  ${style.bold(title)}  ${style.dim(id)}`);
    line(`  ${summary}`);
    for (const each of advice) line(`  → ${each}`);
    for (const each of caveats) line(style.dim(`  ${say('report.caveats')}: ${each}`));
    if (consequences.length > 0) line(style.dim(`  ${say('report.consequences', { list: consequences.join(', ') })}`));
    const shown = evidence.slice(0, 8).map(({ packet, role }) => `${packet} (${role})`);
    const more = evidence.length > shown.length ? ', …' : '';
    if (shown.length > 0) line(style.dim(`  ${say('report.evidence', { list: shown.join(', ') })}${more}`));
    line();
  }
  for (const part of reportTables(analysis, say)) {
    const rows = part.rows.slice(0, MAX_ROWS);
    const count = part.total > rows.length ? `  ${say('report.count', { shown: rows.length, total: part.total })}` : '';
    line(style.bold(part.title) + style.dim(count));
    table(
      rows,
      part.columns.map((title, index) => ({ title, value: (row: string[]) => row[index] ?? '', flexible: index === 1 })),
    );
    line();
  }
  for (const [name, value] of overviewRows(analysis, say)) line(style.dim(`${name}: ${value}`));
  const { found, clear, not_run } = analysis.rules;
  line(style.dim(say('report.rules', { found, clear, not_run: not_run.length })));
}

/** 3 when something above a notice was found: scripts can tell. */
export function exitCodeOf({ problems_detected }: CaptureAnalysisResult): number {
  return problems_detected.some(({ severity }) => severity === 'critical' || severity === 'warning') ? 3 : 0;
}
