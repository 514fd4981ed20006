import { Tooltip } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

/** A few words on hover and focus. The provider stands in the frame. */
export function Tip({ text, children, side }: { text: ReactNode; children: ReactElement; side?: 'right' | 'bottom' }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" side={side ?? 'bottom'} sideOffset={6} collisionPadding={8}>
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
