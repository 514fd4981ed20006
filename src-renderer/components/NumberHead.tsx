import type { ReactNode } from 'react';

/** Head of a column of numbers, at the right like them; a low one goes first when the window is narrow. */
export function NumberHead({ low = false, children }: { low?: boolean; children: ReactNode }) {
  return (
    <th scope="col" className={low ? 'r low' : 'r'}>
      {children}
    </th>
  );
}
