import { useSyncExternalStore } from 'react';

function listen(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange);
  return () => document.removeEventListener('visibilitychange', onChange);
}

/** False while the window is hidden or minimised: then nothing is drawn and streams are let go. */
export function useVisible(): boolean {
  return useSyncExternalStore(listen, () => !document.hidden);
}
