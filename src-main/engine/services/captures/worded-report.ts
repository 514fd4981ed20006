import type { CaptureAnalysisResult } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import type { Language } from '@shared/text/index';

/** What of a report is said in words; findings and rules stand in the order of the report's own. */
export interface ReportWords {
  verdict: string;
  findings: Pick<Finding, 'title' | 'summary' | 'advice' | 'caveats'>[];
  not_run: string[];
}

/** A report that is worded when it is read: packets, rows and numbers stand once, in English. */
export interface WordedReport {
  analysis: CaptureAnalysisResult;
  words: Record<Exclude<Language, 'en'>, ReportWords>;
}

export function reportIn({ analysis, words }: WordedReport, language: Language): CaptureAnalysisResult {
  if (language === 'en') return analysis;
  const { verdict, findings, not_run } = words[language];
  return {
    ...analysis,
    verdict,
    problems_detected: analysis.problems_detected.map((finding, index) => ({ ...finding, ...findings[index] })),
    rules: {
      ...analysis.rules,
      not_run: analysis.rules.not_run.map((rule, index) => ({ ...rule, reason: not_run[index] ?? rule.reason })),
    },
  };
}
