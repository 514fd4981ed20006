import type { CSSProperties, ReactNode } from 'react';
import { Tip } from './Tip';

export interface Figure {
  id: string;
  label: ReactNode;
  value: ReactNode;
  unit?: string;
  more?: ReactNode;
  /** Source, age, what could not be seen. */
  source: ReactNode;
}

/** One strip of key figures. Each tells its source on hover and focus. */
export function Figures({ figures, label }: { figures: readonly Figure[]; label: string }) {
  const narrow = Math.min(4, Math.ceil(figures.length / 2));
  // The last one takes what is left of its line.
  const last = narrow * Math.ceil(figures.length / narrow) - figures.length + 1;
  const columns = { '--columns': figures.length, '--columns-narrow': narrow, '--last': last };
  return (
    // React's type knows no custom properties.
    <dl className="figures" aria-label={label} style={columns as CSSProperties}>
      {figures.map(figure => (
        <Tip key={figure.id} text={figure.source}>
          {/* A figure takes the focus so that its source can be read from the keyboard. */}
          <div tabIndex={0} data-testid={`figure-${figure.id}`}>
            <dt>{figure.label}</dt>
            <dd>
              <div className="value">
                {figure.value}
                {figure.unit && <i>{figure.unit}</i>}
              </div>
              <div className="more">{figure.more ?? '\u00a0'}</div>
            </dd>
          </div>
        </Tip>
      ))}
    </dl>
  );
}
