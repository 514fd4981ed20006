import {
  cloneElement,
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';

const OPEN_AFTER_MS = 350;
const GAP = 6;
const EDGE = 8;

interface TipProps {
  text: ReactNode;
  /** A native element: it gets the handlers. */
  children: ReactElement<HTMLAttributes<HTMLElement>>;
  side?: 'right' | 'bottom';
}

function Bubble({ id, anchor, side, text }: { id: string; anchor: Element; side: 'right' | 'bottom'; text: ReactNode }) {
  const bubble = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = bubble.current;
    if (!element) return;
    const from = anchor.getBoundingClientRect();
    const own = element.getBoundingClientRect();
    let left = side === 'right' ? from.right + GAP : from.left + from.width / 2 - own.width / 2;
    let top = side === 'right' ? from.top + from.height / 2 - own.height / 2 : from.bottom + GAP;
    if (top + own.height > innerHeight - EDGE) top = from.top - own.height - GAP;
    left = Math.max(EDGE, Math.min(left, innerWidth - own.width - EDGE));
    top = Math.max(EDGE, top);
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
  });
  return createPortal(
    <div ref={bubble} id={id} role="tooltip" className="tooltip">
      {text}
    </div>,
    document.body,
  );
}

/**
 * A few words on hover and focus; Esc closes them. Own, because it stands on every live figure: closed it costs
 * two state cells, where a component library's tooltip cost a millisecond a second on the Traffic page.
 */
export function Tip({ text, children, side = 'bottom' }: TipProps) {
  const id = useId();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const close = (): void => {
    clearTimeout(timer.current);
    setAnchor(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!anchor) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setAnchor(null);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [anchor]);
  return (
    <>
      {cloneElement(children, {
        'aria-describedby': anchor ? id : undefined,
        onPointerEnter: event => {
          const target = event.currentTarget;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => setAnchor(target), OPEN_AFTER_MS);
        },
        onPointerLeave: close,
        onPointerDown: close,
        onFocus: event => {
          if (event.currentTarget.matches(':focus-visible')) setAnchor(event.currentTarget);
        },
        onBlur: close,
      })}
      {anchor && <Bubble id={id} anchor={anchor} side={side} text={text} />}
    </>
  );
}
