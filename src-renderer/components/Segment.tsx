import { type KeyboardEvent, useRef } from 'react';

interface SegmentProps<Value extends string> {
  label: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onChange: (value: NoInfer<Value>) => void;
  compact?: boolean;
}

/** One of a few: a radio group whose arrows move the choice. */
export function Segment<Value extends string>({ label, options, value, onChange, compact }: SegmentProps<Value>) {
  const group = useRef<HTMLDivElement>(null);
  function move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = options.findIndex(option => option.value === value);
    const next = (at + step + options.length) % options.length;
    const chosen = options[next];
    if (!chosen) return;
    onChange(chosen.value);
    group.current?.querySelectorAll('button')[next]?.focus();
  }
  const known = options.some(option => option.value === value);
  return (
    <div ref={group} role="radiogroup" aria-label={label} className={compact ? 'segment compact' : 'segment'} onKeyDown={move}>
      {options.map((option, at) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          data-label={option.label}
          aria-checked={option.value === value}
          tabIndex={option.value === value || (!known && at === 0) ? 0 : -1}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
