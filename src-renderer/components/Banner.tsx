import { Info, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { create } from 'zustand';
import { useText } from '../i18n';

const useHidden = create<{ hidden: ReadonlySet<string> }>(() => ({ hidden: new Set() }));

/** The one quiet banner of a page. Hidden by its cross or Esc until what it says changes. */
export function Banner({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  const t = useText();
  const hidden = useHidden(state => state.hidden.has(title));
  const region = useRef<HTMLElement>(null);
  function hide(): void {
    useHidden.setState(state => ({ hidden: new Set([...state.hidden, title]) }));
  }
  useEffect(() => {
    const element = region.current;
    if (!element) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    element.addEventListener('keydown', onKey);
    return () => element.removeEventListener('keydown', onKey);
  });
  if (hidden) return null;
  return (
    <section ref={region} className="banner" aria-label={t('word.limits')}>
      <Info size={16} aria-hidden />
      <span className="grow">
        <b>{title}</b> {children}
      </span>
      {action}
      <button type="button" className="button quiet icon" aria-label={t('action.hide')} onClick={hide}>
        <X size={16} aria-hidden />
      </button>
    </section>
  );
}
