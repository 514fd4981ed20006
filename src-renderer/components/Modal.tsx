import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useText } from '../i18n';

interface ModalProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  className?: string;
  /** The title is for screen readers only. */
  bare?: boolean;
}

/** The platform's own modal dialog: it traps the focus, closes on Esc and gives the focus back. */
export function Modal({ title, open, onClose, children, className, bare }: ModalProps) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element || !open) return;
    const before = document.activeElement;
    element.showModal();
    // The platform picks the first thing that can have the focus, which may be a wrapper: what is typed goes to the field.
    element.querySelector<HTMLElement>('input:not([type=checkbox]), textarea')?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={dialog}
      className={`modal ${className ?? ''}`}
      aria-labelledby={titleId}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={event => event.target === dialog.current && onClose()}
    >
      <header className={bare ? 'visually-hidden' : undefined}>
        <h2 id={titleId}>{title}</h2>
        {!bare && (
          <button type="button" className="button quiet icon" aria-label={t('action.close')} onClick={onClose}>
            <X size={16} aria-hidden />
          </button>
        )}
      </header>
      {bare ? children : <div className="content">{children}</div>}
    </dialog>
  );
}
