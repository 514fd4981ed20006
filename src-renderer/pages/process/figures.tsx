import { formatBytes, type Quantity } from '@shared/units';
import type { ReactNode } from 'react';
import type { Figure } from '../../components/Figures';

const unknown = <span className="muted">–</span>;

export function rateFigure(id: string, label: ReactNode, rate: Quantity | null, source: ReactNode): Figure {
  return {
    id,
    label,
    value: rate ? (
      <span className={rate.zero ? 'zero' : undefined} title={rate.exact}>
        {rate.number}
      </span>
    ) : (
      unknown
    ),
    unit: rate?.unit,
    source,
  };
}

export function bytesFigure(id: string, label: ReactNode, bytes: number | null, more: ReactNode, source: ReactNode): Figure {
  const size = bytes === null ? null : formatBytes(bytes);
  return {
    id,
    label,
    value: size ? (
      <span className={size.zero ? 'zero' : undefined} title={size.exact}>
        {size.number}
      </span>
    ) : (
      unknown
    ),
    unit: size?.unit,
    more,
    source,
  };
}
