import { Pause, Play } from 'lucide-react';
import { memo } from 'react';
import { Segment } from '../../components/Segment';
import { useText } from '../../i18n';
import { selectRateUnit, useSettings } from '../../store/settings';

export const WINDOWS = ['1', '5', '15'] as const;
export type WindowMinutes = (typeof WINDOWS)[number];

interface TrafficActionsProps {
  minutes: WindowMinutes;
  onMinutes: (minutes: string) => void;
  paused: boolean;
  onPause: () => void;
}

/** Window, unit and pause. Drawn again only when one of them changes. */
export const TrafficActions = memo(function TrafficActions({ minutes, onMinutes, paused, onPause }: TrafficActionsProps) {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const change = useSettings(state => state.change);
  return (
    <>
      <Segment
        label={t('traffic.window')}
        value={minutes}
        onChange={value => onMinutes(value)}
        options={WINDOWS.map(value => ({ value, label: t('traffic.minutes', { count: Number(value) }) }))}
      />
      <Segment
        label={t('traffic.unit')}
        value={unit}
        onChange={value => void change({ rate_unit: value })}
        options={[
          { value: 'bit', label: 'bit/s' },
          { value: 'byte', label: 'B/s' },
        ]}
      />
      <button type="button" className="button" aria-pressed={paused} onClick={onPause}>
        {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
        {t(paused ? 'traffic.resume' : 'traffic.pause')}
      </button>
    </>
  );
});
