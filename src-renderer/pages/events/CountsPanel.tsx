import { formatClock } from '@shared/units';
import type { ReactNode } from 'react';
import { ColumnChart } from '../../components/ColumnChart';
import type { ColumnOfCounts, Range } from '../../components/column-data';
import { Panel, Skeleton } from '../../components/Panel';
import type { Layer } from '../../components/StackedChart';
import { useText } from '../../i18n';

const CHART_HEIGHT = 148;

interface CountsPanelProps {
  of: 'events' | 'drops';
  columns: readonly ColumnOfCounts[];
  stepS: number;
  layers: readonly Layer[];
  /** False until the counts of the seconds before the page are there. */
  ready: boolean;
  range: Range | null;
  onRange: (range: Range | null) => void;
  /** Below the chart. */
  children?: ReactNode;
}

/** Counts over time, with the part of it that was chosen in the chart. */
export function CountsPanel({ of, columns, stepS, layers, ready, range, onRange, children }: CountsPanelProps) {
  const t = useText();
  return (
    <Panel
      title={t(`${of}.chart`)}
      about={stepS === 1 ? t(`${of}.per_second`) : t(`${of}.per_step`, { seconds: stepS })}
      end={
        range && (
          <>
            <span className="small t2">
              {t('events.selected', { from: formatClock(range.from_ms), to: formatClock(range.to_ms) })}
            </span>
            <button type="button" className="button compact" onClick={() => onRange(null)}>
              {t('events.clear_range')}
            </button>
          </>
        )
      }
    >
      {ready ? (
        <ColumnChart
          columns={columns}
          stepS={stepS}
          layers={layers}
          height={CHART_HEIGHT}
          label={t(`${of}.chart`)}
          selection={range}
          onSelect={onRange}
        />
      ) : (
        <div style={{ height: CHART_HEIGHT, overflow: 'hidden' }}>
          <Skeleton rows={4} />
        </div>
      )}
      {children}
    </Panel>
  );
}
