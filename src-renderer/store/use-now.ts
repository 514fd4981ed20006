import { useEffect, useState } from 'react';
import { useVisible } from './visible';

const SECOND_MS = 1_000;

/** The time now, once a second while the page can be seen. @param runs false: it stands still */
export function useNow(runs = true): number {
  const visible = useVisible();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!visible || !runs) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [visible, runs]);
  return now;
}
