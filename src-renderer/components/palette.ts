import { useSyncExternalStore } from 'react';

/** The tokens as a canvas needs them: resolved colours of the present theme. */
export interface Palette {
  rx: string;
  tx: string;
  rxFill: string;
  txFill: string;
  text: string;
  muted: string;
  surface: string;
  grid: string;
  gap: string;
  axis: string;
  font: string;
}

/** Lets CSS resolve a token: light-dark() and forced colours have no value a canvas could read. */
function resolve(probe: HTMLElement, token: string): string {
  probe.style.color = `var(${token})`;
  return getComputedStyle(probe).color;
}

function read(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  // Forced colours would put the text colour in the place of every token.
  probe.style.setProperty('forced-color-adjust', 'none');
  document.body.append(probe);
  const colour = (token: string): string => resolve(probe, token);
  const palette: Palette = {
    rx: colour('--rx'),
    tx: colour('--tx'),
    rxFill: colour('--rx-fill'),
    txFill: colour('--tx-fill'),
    text: colour('--text'),
    muted: colour('--muted'),
    surface: colour('--surface'),
    grid: colour('--chart-grid'),
    gap: colour('--chart-gap'),
    axis: colour('--line-strong'),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  probe.remove();
  return palette;
}

/** Good for as long as somebody listens for changes of the theme. */
let palette: Palette | undefined;
let listeners = 0;
const QUERIES = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)'];

function listen(onChange: () => void): () => void {
  const changed = (): void => {
    palette = undefined;
    onChange();
  };
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const queries = QUERIES.map(query => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  listeners += 1;
  return () => {
    listeners -= 1;
    if (listeners === 0) palette = undefined;
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}

function snapshot(): Palette {
  palette ??= read();
  return palette;
}

/** A new object only when the theme changes. */
export function usePalette(): Palette {
  return useSyncExternalStore(listen, snapshot);
}
