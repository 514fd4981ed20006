import type { CaptureAnalysisResult } from '@shared/model/capture';
import type { Source } from '@shared/model/source';
import { formatCount } from '@shared/units';
import { type Figure, Figures } from '../../components/Figures';
import { useText } from '../../i18n';
import { bytesWords } from './report-words';

/** The capture in five numbers, each with where it comes from. */
export function ReportFigures({ analysis, source }: { analysis: CaptureAnalysisResult; source: Source | null }) {
  const t = useText();
  const { total_packets, total_bytes, duration_s, connection_analysis, rules, totals, capture, first, last } = analysis;
  const { dropped_by_kernel, dropped_by_interface } = capture;
  const origin = t('report.from', { backend: source?.backend ?? '–', first: first ?? '–', last: last ?? '–' });
  const isCounted = dropped_by_kernel !== null || dropped_by_interface !== null;
  const lost = (dropped_by_kernel ?? 0) + (dropped_by_interface ?? 0);
  const figures: Figure[] = [
    {
      id: 'packets',
      label: t('report.packets'),
      value: formatCount(total_packets),
      more: t('report.packets_more', { bytes: bytesWords(total_bytes), seconds: duration_s.toFixed(1) }),
      source: origin,
    },
    {
      id: 'lost',
      label: t('report.lost'),
      value: isCounted ? (
        <span className={lost > 0 ? 'warning' : undefined}>{formatCount(lost)}</span>
      ) : (
        <span className="muted">–</span>
      ),
      more: isCounted
        ? t('report.lost_parts', {
            kernel: formatCount(dropped_by_kernel ?? 0),
            interface: formatCount(dropped_by_interface ?? 0),
          })
        : t('report.lost_unknown'),
      source: [t('report.lost_source'), ...(source?.caveats ?? [])].join(t('word.sentence_gap')),
    },
    {
      id: 'connections',
      label: t('report.connections'),
      value: formatCount(connection_analysis.total),
      more: t('report.connections_more', {
        established: formatCount(connection_analysis.established),
        failed: formatCount(connection_analysis.failed),
      }),
      source: origin,
    },
    {
      id: 'rules',
      label: t('report.rules'),
      value: formatCount(totals.problems),
      more: t('report.rules_more', { clear: rules.clear, not_run: rules.not_run.length }),
      source: origin,
    },
    {
      id: 'names',
      label: t('report.names'),
      value: formatCount(totals.dns),
      more: t('report.names_more', { http: formatCount(totals.http), tls: formatCount(totals.tls) }),
      source: origin,
    },
  ];
  return <Figures label={t('report.figures')} figures={figures} />;
}
