import { type Filter, parseFilter } from '@shared/filter/filter';
import type { Text } from '@shared/text/index';

export const VIEWS = ['processes', 'sockets', 'events', 'drops'] as const;
export type View = (typeof VIEWS)[number];

/** What the keys have set. */
export interface Controls {
  view: View;
  filterText: string;
  filter: Filter | null;
  /** The text being typed behind `/`; null when none is. */
  typing: string | null;
  problem: Text | null;
  paused: boolean;
  help: boolean;
  /** First row shown. */
  offset: number;
}

/** As node:readline names it. */
export interface Key {
  name?: string;
  sequence?: string;
  ctrl?: boolean;
  meta?: boolean;
  shift?: boolean;
}

export type Wish = 'quit' | 'suspend' | null;

/** @throws nothing: a wrong filter is a problem that is shown */
export function startControls(filterText: string): Controls {
  const controls: Controls = {
    view: 'processes',
    filterText: '',
    filter: null,
    typing: null,
    problem: null,
    paused: false,
    help: false,
    offset: 0,
  };
  return filterText === '' ? controls : takeFilter({ ...controls, typing: filterText });
}

/** What a key does. @param page rows that are shown at once */
export function press(controls: Controls, key: Key, page: number): { controls: Controls; wish: Wish } {
  const become = (changes: Partial<Controls>): { controls: Controls; wish: Wish } => ({
    controls: { ...controls, ...changes },
    wish: null,
  });
  if (key.ctrl && key.name === 'c') return { controls, wish: 'quit' };
  if (key.ctrl && key.name === 'z') return { controls, wish: 'suspend' };
  if (controls.typing !== null) return { controls: type(controls, controls.typing, key), wish: null };
  if (controls.help) return become({ help: false });
  switch (key.name) {
    case 'q':
      return { controls, wish: 'quit' };
    case 'tab':
    case 'right':
      return become({ view: step(controls.view, key.shift ? -1 : 1), offset: 0 });
    case 'left':
      return become({ view: step(controls.view, -1), offset: 0 });
    case 'space':
      return become({ paused: !controls.paused });
    case 'up':
      return become({ offset: Math.max(0, controls.offset - 1) });
    case 'down':
      return become({ offset: controls.offset + 1 });
    case 'pageup':
      return become({ offset: Math.max(0, controls.offset - page) });
    case 'pagedown':
      return become({ offset: controls.offset + page });
    case 'home':
      return become({ offset: 0 });
    case 'escape':
      return become({ filterText: '', filter: null, problem: null, offset: 0 });
  }
  if (key.sequence === '/') return become({ typing: controls.filterText, problem: null });
  if (key.sequence === '?') return become({ help: true });
  return { controls, wish: null };
}

function type(controls: Controls, typed: string, { name, sequence = '', ctrl, meta }: Key): Controls {
  if (name === 'return' || name === 'enter') return takeFilter(controls);
  if (name === 'escape') return { ...controls, typing: null, problem: null };
  if (name === 'backspace') return { ...controls, typing: Array.from(typed).slice(0, -1).join('') };
  if (ctrl && name === 'u') return { ...controls, typing: '' };
  if (ctrl || meta || sequence === '' || /[\p{Cc}]/u.test(sequence)) return controls;
  return { ...controls, typing: typed + sequence };
}

function takeFilter(controls: Controls): Controls {
  const filterText = (controls.typing ?? '').trim();
  if (filterText === '') return { ...controls, typing: null, problem: null, filterText, filter: null, offset: 0 };
  const parsed = parseFilter(filterText);
  if (!parsed.ok) return { ...controls, problem: parsed.message };
  return { ...controls, typing: null, problem: null, filterText, filter: parsed.filter, offset: 0 };
}

function step(view: View, by: number): View {
  return VIEWS[(VIEWS.indexOf(view) + by + VIEWS.length) % VIEWS.length] ?? view;
}
