import { formatBytes, formatRate, naturalPrefix, PrefixHold, type Quantity, type RateUnit } from '@shared/units';
import { memo, useRef } from 'react';
import { selectRateUnit, useSettings } from '../store/settings';

/** The prefix a shown value keeps for 5 s. Reading the clock while rendering changes only how the same number is written. */
function useHeldPrefix(bps: number, unit: RateUnit): number {
  const hold = useRef<{ unit: RateUnit; hold: PrefixHold } | null>(null);
  if (hold.current?.unit !== unit) hold.current = { unit, hold: new PrefixHold() };
  return hold.current.hold.pick(unit === 'bit' ? bps : bps / 8, performance.now());
}

function KnownRate({ bps }: { bps: number }) {
  const unit = useSettings(selectRateUnit);
  const power = useHeldPrefix(bps, unit);
  const rate = formatRate(bps, unit, power);
  return (
    <span className={rate.zero ? 'quantity zero' : 'quantity'} title={rate.exact}>
      {rate.number}
      <i>{rate.unit}</i>
    </span>
  );
}

/** A rate in the unit of the settings; unknown is –. */
export const Rate = memo(function Rate({ bps }: { bps: number | null }) {
  return bps === null ? <span className="muted">–</span> : <KnownRate bps={bps} />;
});

/** Number and unit apart, for a key figure. */
export function useRateParts(bps: number | null): Quantity | null {
  const unit = useSettings(selectRateUnit);
  const power = useHeldPrefix(bps ?? 0, unit);
  return bps === null ? null : formatRate(bps, unit, power);
}

/** A rate in a sentence, without the hold: words are read once. */
export function rateInWords(bps: number, unit: RateUnit): string {
  const rate = formatRate(bps, unit, naturalPrefix(unit === 'bit' ? bps : bps / 8));
  return `${rate.number}\u00a0${rate.unit}`;
}

export function Bytes({ bytes }: { bytes: number | null }) {
  if (bytes === null) return <span className="muted">–</span>;
  const size = formatBytes(bytes);
  return (
    <span className={size.zero ? 'quantity bytes zero' : 'quantity bytes'} title={size.exact}>
      {size.number}
      <i>{size.unit}</i>
    </span>
  );
}

/** A count: 0 is muted, unknown is –. */
export function Count({ value, format }: { value: number | null; format: (value: number) => string }) {
  if (value === null) return <span className="muted">–</span>;
  return <span className={value === 0 ? 'zero' : undefined}>{format(value)}</span>;
}
