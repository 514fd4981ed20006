import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

export interface MenuEntry {
  id: string;
  label: string;
  /** At the right, muted. */
  note?: string;
  /** Shown with a check when true; the menu stays open. */
  checked?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

/** Not modal: the page behind stays alive, and no style element is injected for a scroll lock. */
export function Menu({
  trigger,
  entries,
  title,
  children,
}: {
  trigger: ReactElement;
  entries: readonly MenuEntry[];
  title?: string;
  children?: ReactNode;
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {title && <DropdownMenu.Label className="menu-label">{title}</DropdownMenu.Label>}
          {entries.map(({ id, label, note, checked, disabled, onSelect }) =>
            checked === undefined ? (
              <DropdownMenu.Item key={id} className="menu-item" disabled={disabled ?? false} onSelect={onSelect}>
                {label}
                {note && <span className="end">{note}</span>}
              </DropdownMenu.Item>
            ) : (
              <DropdownMenu.CheckboxItem
                key={id}
                className="menu-item"
                checked={checked}
                disabled={disabled ?? false}
                onSelect={event => event.preventDefault()}
                onCheckedChange={onSelect}
              >
                <span className="mark">{checked && <Check size={14} aria-hidden />}</span>
                {label}
                {note && <span className="end">{note}</span>}
              </DropdownMenu.CheckboxItem>
            ),
          )}
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
