import type { CaptureAnalysisResult } from '../model/capture';
import type { Language } from '../text/index';
import { overviewRows, type ReportTable, reportTables, sayIn } from './sections';

export interface ReportHead {
  /** Of the capture or its file. */
  name: string;
  language: Language;
  version: string;
  /** ISO 8601 */
  made_at: string;
}

/** A report as Markdown. Texts of the network stand in it as text: what Markdown would read is escaped. */
export function reportMarkdown(analysis: CaptureAnalysisResult, { name, language, version, made_at }: ReportHead): string {
  const say = sayIn(language);
  const lines = [`# ${escape(say('report.title', { name }))}`, '', `**${escape(analysis.verdict)}**`, ''];
  lines.push(`## ${say('report.problems')}`, '');
  if (analysis.problems_detected.length === 0) lines.push(say('report.no_problems'), '');
  for (const finding of analysis.problems_detected) {
    const { severity, title, summary, advice, caveats, evidence, consequences, references, id, confidence } = finding;
    lines.push(`### ${say(`report.severity_${severity}`)}: ${escape(title)}`, '', escape(summary), '');
    lines.push(`- \`${id}\`, ${say('report.confidence', { level: say(`report.confidence_${confidence}`) })}`);
    if (evidence.length > 0)
      lines.push(
        `- ${say('report.evidence', { list: evidence.map(({ packet, role }) => `${packet} (${escape(role)})`).join(', ') })}`,
      );
    if (consequences.length > 0) lines.push(`- ${say('report.consequences', { list: consequences.join(', ') })}`);
    for (const each of advice) lines.push(`- ${say('report.advice')}: ${escape(each)}`);
    for (const each of caveats) lines.push(`- ${say('report.caveats')}: ${escape(each)}`);
    if (references.length > 0) lines.push(`- ${say('report.references')}: ${escape(references.join(', '))}`);
    lines.push('');
  }
  const { found, clear, not_run } = analysis.rules;
  lines.push(say('report.rules', { found, clear, not_run: not_run.length }), '');
  lines.push(`## ${say('report.overview')}`, '');
  lines.push(...tableLines({ title: '', columns: ['', ''], rows: overviewRows(analysis, say), total: 0 }), '');
  for (const table of reportTables(analysis, say)) {
    const cut =
      table.total > table.rows.length ? ` (${say('report.count', { shown: table.rows.length, total: table.total })})` : '';
    lines.push(`## ${table.title}${cut}`, '', ...tableLines(table), '');
  }
  lines.push(say('report.made_by', { version, time: made_at }), '');
  return lines.join('\n');
}

function tableLines({ columns, rows }: ReportTable): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)];
}

/** Markdown's own signs, HTML and line ends become plain text. */
function escape(value: string): string {
  return value
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]#|~]/g, '\\$&');
}
