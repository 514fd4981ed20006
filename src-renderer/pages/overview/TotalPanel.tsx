import type { InterfaceSample } from '@shared/model/interface';
import { naturalPrefix, formatRate } from '@shared/units';
import { Panel, Skeleton } from '../../components/Panel';
import { RateChart } from '../../components/RateChart';
import { useText } from '../../i18n';
import { peakOf, lastSeconds, useInterfaces } from '../../store/interfaces';
import { selectRateUnit, useSettings } from '../../store/settings';

const WINDOW_S = 300;

export function TotalPanel({
  samples,
  counted,
  stale,
}: {
  samples: readonly InterfaceSample[];
  counted: readonly string[];
  stale: boolean;
}) {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const backend = useInterfaces(state => state.list?.source.backend ?? '–');
  const recent = lastSeconds(samples, WINDOW_S);
  const peak = Math.max(peakOf(recent, 'rx_rate_bps')?.value ?? 0, peakOf(recent, 'tx_rate_bps')?.value ?? 0);
  const axis = formatRate(peak, unit, naturalPrefix(unit === 'bit' ? peak : peak / 8)).unit;
  return (
    <Panel
      title={t('overview.total')}
      about={t('overview.total_about', { interfaces: counted.join(', ') || '–', unit: axis, minutes: WINDOW_S / 60 })}
      end={<a href="#/traffic">{t('overview.open_traffic')}</a>}
      className={stale ? 'stale' : undefined}
    >
      {samples.length === 0 ? (
        <div className="total-chart">
          <Skeleton rows={4} />
        </div>
      ) : (
        <RateChart
          className="total-chart"
          title={t('overview.total')}
          samples={recent}
          windowSeconds={WINDOW_S}
          unit={unit}
          source={backend}
        />
      )}
    </Panel>
  );
}
