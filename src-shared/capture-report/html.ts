import type { CaptureAnalysisResult } from '../model/capture';
import type { Finding } from '../model/finding';
import type { ReportHead } from './markdown';
import { overviewRows, type ReportTable, reportTables, type Say, sayIn } from './sections';

/**
 * A report as one HTML file: no script, nothing loaded from elsewhere; the policy says so to the browser too
 * (threat-model section 6). Prints well, so that a browser makes a PDF of it.
 */
export function reportHtml(analysis: CaptureAnalysisResult, head: ReportHead): string {
  const say = sayIn(head.language);
  const { found, clear, not_run } = analysis.rules;
  const title = say('report.title', { name: head.name });
  const findings = analysis.problems_detected.map(finding => findingHtml(finding, say));
  return `<!doctype html>
<html lang="${head.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p class="verdict">${escape(analysis.verdict)}</p>
<h2>${escape(say('report.problems'))}</h2>
${findings.length > 0 ? findings.join('\n') : `<p>${escape(say('report.no_problems'))}</p>`}
<p class="muted">${escape(say('report.rules', { found, clear, not_run: not_run.length }))}</p>
${not_run.length > 0 ? notJudged(not_run, say) : ''}
<h2>${escape(say('report.overview'))}</h2>
<table class="facts">${overviewRows(analysis, say)
    .map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`)
    .join('')}</table>
${reportTables(analysis, say)
  .map(table => tableHtml(table, say))
  .join('\n')}
<footer>${escape(say('report.made_by', { version: head.version, time: head.made_at }))}</footer>
</body>
</html>
`;
}

function notJudged(rules: readonly { id: string; reason: string }[], say: Say): string {
  const items = rules.map(({ id, reason }) => `<li><code>${escape(id)}</code> ${escape(reason)}</li>`).join('');
  return `<details><summary>${escape(say('report.not_judged'))}</summary><ul>${items}</ul></details>`;
}

function findingHtml(finding: Finding, say: Say): string {
  const { severity, title, summary, advice, caveats, evidence, consequences, references, id, confidence } = finding;
  const list = (name: string, items: readonly string[]): string =>
    items.length > 0 ? `<dt>${escape(name)}</dt>${items.map(item => `<dd>${escape(item)}</dd>`).join('')}` : '';
  const packets = evidence.map(({ packet, role }) => `${packet} (${role})`).join(', ');
  return `<section class="finding ${severity}">
<h3><span class="severity">${escape(say(`report.severity_${severity}`))}</span> ${escape(title)}</h3>
<p>${escape(summary)}</p>
<dl>${list(say('report.advice'), advice)}${list(say('report.caveats'), caveats)}${list(say('report.references'), references)}</dl>
<p class="muted"><code>${escape(id)}</code> · ${escape(say('report.confidence', { level: say(`report.confidence_${confidence}`) }))}${
    packets ? ` · ${escape(say('report.evidence', { list: packets }))}` : ''
  }${consequences.length > 0 ? ` · ${escape(say('report.consequences', { list: consequences.join(', ') }))}` : ''}</p>
</section>`;
}

function tableHtml({ title, columns, rows, total }: ReportTable, say: Say): string {
  const cut = total > rows.length ? ` <small>${escape(say('report.count', { shown: rows.length, total }))}</small>` : '';
  const head = columns.map(column => `<th scope="col">${escape(column)}</th>`).join('');
  const body = rows.map(cells => `<tr>${cells.map(cell => `<td>${escape(cell)}</td>`).join('')}</tr>`).join('');
  return `<h2>${escape(title)}${cut}</h2><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

/** Every value goes through here, in text and in attributes alike. */
function escape(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

const STYLE = `
:root{color-scheme:light dark;--line:#d4d8de;--muted:#5a6472;--critical:#b3261e;--warning:#9a5b00;--notice:#1f5fa8;--info:#5a6472}
@media (prefers-color-scheme:dark){:root{--line:#3a414b;--muted:#9aa5b3;--critical:#ff8a80;--warning:#ffb74d;--notice:#7db7ff;--info:#9aa5b3}}
body{font:14px/1.5 system-ui,sans-serif;max-width:1100px;margin:32px auto;padding:0 24px}
h1{font-size:22px}h2{font-size:17px;margin-top:32px}h3{font-size:15px;margin:0}
.verdict{font-size:17px}.muted,footer,small{color:var(--muted)}
.finding{border:1px solid var(--line);border-left:4px solid var(--info);border-radius:6px;padding:12px 16px;margin:12px 0;break-inside:avoid}
.critical{border-left-color:var(--critical)}.warning{border-left-color:var(--warning)}.notice{border-left-color:var(--notice)}
.critical .severity{color:var(--critical)}.warning .severity{color:var(--warning)}.notice .severity{color:var(--notice)}.info .severity{color:var(--info)}
dt{font-weight:600}dd{margin:0 0 4px 16px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
.facts{width:auto}code,td{font-size:13px}
@media print{body{margin:0;max-width:none}}
`;
