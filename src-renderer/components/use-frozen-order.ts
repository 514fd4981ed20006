import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef, useState } from 'react';

/** A table that fills the page would otherwise freeze for ever. */
const THAW_MS = 10_000;
const NO_ORDER: readonly string[] = [];

export interface Frozen {
  order: readonly string[];
  frozen: boolean;
  /** Rows that would come, go or stand elsewhere. */
  waiting: number;
  thaw: () => void;
  handlers: {
    onPointerMove: (event: ReactPointerEvent) => void;
    onPointerLeave: () => void;
    onFocus: () => void;
    onBlur: () => void;
    onKeyDownCapture: () => void;
  };
}

/** How many rows would come, go or stand elsewhere if the order changed now. */
export function countChanges(shown: readonly string[], next: readonly string[]): number {
  const inNext = new Set(next);
  const inShown = new Set(shown);
  const stay = shown.filter(id => inNext.has(id));
  const stayNext = next.filter(id => inShown.has(id));
  let moved = 0;
  for (const [index, id] of stay.entries()) if (stayNext[index] !== id) moved += 1;
  return moved + (shown.length - stay.length) + (next.length - stayNext.length);
}

/**
 * Keeps the order of a table while the pointer moves over it or the focus is in it: nothing moves under the hand.
 * Values go on changing. Thaws 10 s after the last movement or key.
 * @param key what the user asked for (sort, filter): a change of it applies at once
 */
export function useFrozenOrder(next: readonly string[], key: string): Frozen {
  const [frozen, setFrozen] = useState(false);
  const held = useRef<{ order: readonly string[]; key: string }>({ order: NO_ORDER, key });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const thaw = useCallback(() => {
    clearTimeout(timer.current);
    setFrozen(false);
  }, []);
  const hold = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(thaw, THAW_MS);
    setFrozen(true);
  }, [thaw]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const applies = !frozen || held.current.key !== key || held.current.order.length === 0;
  if (applies) held.current = { order: next, key };
  const order = held.current.order;
  return {
    order,
    frozen,
    waiting: applies || order === next ? 0 : countChanges(order, next),
    thaw,
    handlers: {
      onPointerMove: event => event.pointerType !== 'touch' && hold(),
      onPointerLeave: thaw,
      onFocus: hold,
      onBlur: thaw,
      onKeyDownCapture: hold,
    },
  };
}
