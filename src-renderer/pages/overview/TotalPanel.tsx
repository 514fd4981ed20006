import type { InterfaceSample } from '@shared/model/interface';
import { formatRate, naturalPrefix } from '@shared/units';
import { Skeleton } from '../../components/Panel';
import { RateChart } from '../../components/RateChart';
import { useText } from '../../i18n';
import { lastSeconds, peakOf } from '../../store/interfaces';
import { selectRateUnit, useSettings } from '../../store/settings';
import { selectCounterBackend, useStatus } from '../../store/status';

const WINDOW_S = 300;

interface TotalPanelProps {
  samples: readonly InterfaceSample[];
  counted: readonly string[];
}

/** The sum over the real interfaces. No head: the chart says what it is in its corner. */
export function TotalPanel({ samples, counted }: TotalPanelProps) {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const backend = useStatus(selectCounterBackend);
  const recent = lastSeconds(samples, WINDOW_S);
  const peak = Math.max(peakOf(recent, 'rx_rate_bps')?.value ?? 0, peakOf(recent, 'tx_rate_bps')?.value ?? 0);
  const axis = formatRate(peak, unit, naturalPrefix(unit === 'bit' ? peak : peak / 8)).unit;
  return (
    <section className="panel total-panel" aria-label={t('overview.total')}>
      {samples.length === 0 ? (
        <div className="total-chart">
          <Skeleton rows={3} />
        </div>
      ) : (
        <>
          <span className="total-caption">
            {t('overview.total_about', { interfaces: counted.join(', '), unit: axis, minutes: WINDOW_S / 60 })}
          </span>
          <RateChart
            className="total-chart"
            lines={3}
            title={t('overview.total')}
            samples={recent}
            windowSeconds={WINDOW_S}
            unit={unit}
            source={backend}
          />
        </>
      )}
    </section>
  );
}
