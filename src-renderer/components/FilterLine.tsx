import { type FilterRow, type FilterTerm, parseFilter } from '@shared/filter/filter';
import { type Suggestion, suggest } from '@shared/filter/suggest';
import { translate } from '@shared/text/index';
import { formatCount } from '@shared/units';
import { Filter as FilterIcon, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { resolveLanguage, useText } from '../i18n';
import { useSettings } from '../store/settings';
import { balanced, isBeingTyped, joinFilter, termTexts } from './filter-text';

interface FilterLineProps {
  value: string;
  onChange: (value: string) => void;
  /** For suggestions: values that are there now, commonest first. */
  rows: () => readonly FilterRow[];
  shown: number;
  total: number;
  /** An example of what can be asked here. */
  placeholder?: string;
}

function Chip({ text, term, onRemove }: { text: string; term: FilterTerm | undefined; onRemove: () => void }) {
  const t = useText();
  return (
    <span className="chip">
      <span className="ellipsis">
        {term?.negated && <span className="warning">! </span>}
        {term?.field && term.field !== 'local' ? (
          <>
            <span className="accent">
              {term.field}
              {term.operator}
            </span>
            {term.values.join(',')}
          </>
        ) : (
          text.replace(/^[!-]/, '')
        )}
      </span>
      <button type="button" aria-label={t('filter.remove', { term: text })} onClick={onRemove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

/** The filter language in one line: finished terms are chips, the term being typed has suggestions; what is wrong is said with its place. */
export function FilterLine({ value, onChange, rows, shown, total, placeholder }: FilterLineProps) {
  const t = useText();
  const language = useSettings(state => resolveLanguage(state.settings.language));
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [committed, setCommitted] = useState(value);
  const [draft, setDraft] = useState('');
  const [caret, setCaret] = useState(0);
  const [focused, setFocused] = useState(false);
  const [active, setActive] = useState(-1);
  const [dismissed, setDismissed] = useState(false);
  // Since the last attempt to finish the term.
  const [typing, setTyping] = useState(false);

  // The address may change from outside: back, a saved filter, the palette.
  useEffect(() => {
    if (joinFilter(committed, draft) === value) return;
    setCommitted(value);
    setDraft('');
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a change from outside counts, not the one being typed
  }, [value]);

  const parsed = useMemo(() => parseFilter(joinFilter(committed, draft)), [committed, draft]);
  const chips = useMemo(() => termTexts(committed), [committed]);
  const open = focused && !dismissed;
  const suggestions = useMemo(() => (open ? suggest(draft, caret, rows()) : null), [open, draft, caret, rows]);
  const items = suggestions?.items ?? [];

  function change(nextCommitted: string, nextDraft: string): void {
    setCommitted(nextCommitted);
    setDraft(nextDraft);
    setActive(-1);
    setDismissed(false);
    onChange(joinFilter(nextCommitted, nextDraft));
  }

  function commit(text: string): void {
    setTyping(false);
    const whole = joinFilter(committed, text.trim());
    if (parseFilter(whole).ok) {
      change(whole, '');
      setCaret(0);
    }
  }

  function accept(item: Suggestion): void {
    if (!suggestions) return;
    const text = draft.slice(0, suggestions.from) + item.insert + draft.slice(suggestions.to);
    if (item.kind === 'field') {
      change(committed, text);
      setCaret(text.length);
    } else commit(text);
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    const highlighted = items[active];
    if (event.key === 'Enter') {
      event.preventDefault();
      if (highlighted) accept(highlighted);
      else commit(draft);
    } else if (event.key === 'Tab' && !event.shiftKey && highlighted) {
      event.preventDefault();
      accept(highlighted);
    } else if (event.key === ' ' && draft.trim() !== '' && balanced(draft)) {
      event.preventDefault();
      commit(draft);
    } else if (event.key === 'Backspace' && draft === '' && chips.length > 0) {
      event.preventDefault();
      const last = chips.at(-1) ?? '';
      change(chips.slice(0, -1).join(' '), last);
      setCaret(last.length);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (items.length === 0) return;
      event.preventDefault();
      setDismissed(false);
      setActive(at => (event.key === 'ArrowDown' ? (at + 1) % items.length : (at <= 0 ? items.length : at) - 1));
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (open && active >= 0) setActive(-1);
      else if (value !== '') change('', '');
      else input.current?.blur();
    }
  }

  const whole = joinFilter(committed, draft);
  const unfinished =
    focused &&
    !parsed.ok &&
    (!balanced(draft) || (typing && isBeingTyped(whole, whole.length - draft.length + caret, parsed.position)));
  const error = parsed.ok || unfinished ? null : translate(parsed.message, language);
  const terms = parsed.ok ? parsed.terms : parseFilterTerms(committed);
  return (
    <div className="filter-line">
      <div className="field" data-invalid={error !== null}>
        <FilterIcon size={14} aria-hidden />
        {chips.map((text, at) => (
          <Chip
            key={`${at}-${text}`}
            text={text}
            term={terms[at]}
            onRemove={() => change(chips.filter((_, other) => other !== at).join(' '), draft)}
          />
        ))}
        <input
          ref={input}
          data-filter-input=""
          role="combobox"
          aria-label={t('filter.label')}
          aria-expanded={open && items.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          aria-invalid={error !== null}
          aria-describedby={`${id}-error`}
          autoComplete="off"
          spellCheck={false}
          maxLength={4096}
          placeholder={chips.length === 0 ? (placeholder ?? t('filter.placeholder')) : ''}
          value={draft}
          onChange={event => {
            change(committed, event.target.value);
            setTyping(true);
            setCaret(event.target.selectionStart ?? event.target.value.length);
          }}
          onSelect={event => setCaret(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onKeyDown={onKeyDown}
        />
        <span className="muted small nowrap" role="status">
          {t('filter.count', { shown: formatCount(shown), total: formatCount(total) })}
        </span>
        {value === '' ? (
          <kbd>/</kbd>
        ) : (
          <button
            type="button"
            className="button quiet compact icon"
            aria-label={t('filter.clear')}
            onClick={() => change('', '')}
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </div>
      <div id={`${id}-error`} className={error ? 'filter-error' : undefined} role="status">
        {error && !parsed.ok && (
          <>
            <b>{t('filter.position', { position: parsed.position + 1 })}</b> {error}
          </>
        )}
      </div>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('filter.suggestions')}
        className="menu filter-menu"
        hidden={!open || items.length === 0}
      >
        {items.map((item, at) => (
          <li
            key={item.insert}
            id={`${id}-${at}`}
            role="option"
            aria-selected={active === at}
            className="menu-item"
            data-highlighted={active === at ? '' : undefined}
            // Before the blur that a click causes.
            onMouseDown={event => {
              event.preventDefault();
              accept(item);
            }}
          >
            <span className="mono">{item.insert}</span>
            <span className="end">{item.count ?? ''}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function parseFilterTerms(text: string): readonly FilterTerm[] {
  const parsed = parseFilter(text);
  return parsed.ok ? parsed.terms : [];
}
