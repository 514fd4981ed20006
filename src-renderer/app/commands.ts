import { create } from 'zustand';
import type { UiKey } from '../i18n';
import { useSettings } from '../store/settings';
import { RAIL_PAGES } from './pages';
import { chooseHost, goToPage } from './router';

/** What floats over the frame. */
export const useOverlay = create<{ open: 'palette' | 'shortcuts' | null }>(() => ({ open: null }));

export interface Command {
  id: string;
  label: UiKey;
  keys?: readonly string[];
  run: () => void;
}

export function resolvedTheme(setting: 'system' | 'light' | 'dark'): 'light' | 'dark' {
  if (setting !== 'system') return setting;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function toggleTheme(): void {
  const { settings, change } = useSettings.getState();
  void change({ theme: resolvedTheme(settings.theme) === 'dark' ? 'light' : 'dark' });
}

/** What the palette offers besides pages, interfaces and ports. */
export function commands(): Command[] {
  const { settings, change } = useSettings.getState();
  return [
    ...RAIL_PAGES.map(page => ({
      id: `page-${page.id}`,
      label: page.title,
      keys: ['g', page.letter],
      run: () => goToPage(page.id),
    })),
    { id: 'theme', label: 'command.theme', run: toggleTheme },
    {
      id: 'unit',
      label: settings.rate_unit === 'bit' ? 'command.unit_byte' : 'command.unit_bit',
      run: () => void change({ rate_unit: settings.rate_unit === 'bit' ? 'byte' : 'bit' }),
    },
    { id: 'english', label: 'command.english', run: () => void change({ language: 'en' }) },
    { id: 'chinese', label: 'command.chinese', run: () => void change({ language: 'zh-CN' }) },
    { id: 'agents', label: 'command.agents', run: () => goToPage('settings', { section: 'agents' }) },
    { id: 'this-machine', label: 'command.this_machine', run: () => chooseHost(null) },
    { id: 'copy-link', label: 'command.copy_link', run: () => void navigator.clipboard.writeText(location.href) },
    { id: 'shortcuts', label: 'command.shortcuts', keys: ['?'], run: () => useOverlay.setState({ open: 'shortcuts' }) },
  ];
}

/** Every key of the interface, by the place where it works. */
export const SHORTCUTS: readonly { place: UiKey; keys: readonly { keys: readonly string[]; does: UiKey }[] }[] = [
  {
    place: 'shortcut.everywhere',
    keys: [
      { keys: ['Ctrl K'], does: 'shortcut.palette' },
      { keys: ['/'], does: 'shortcut.filter' },
      { keys: ['?'], does: 'shortcut.list' },
      { keys: ['Esc'], does: 'shortcut.escape' },
      ...RAIL_PAGES.map(page => ({ keys: ['g', page.letter], does: page.title })),
    ],
  },
  {
    place: 'shortcut.tables',
    keys: [
      { keys: ['↑', '↓', '←', '→'], does: 'shortcut.move' },
      { keys: ['Home', 'End'], does: 'shortcut.ends' },
      { keys: ['Enter'], does: 'shortcut.details' },
      { keys: ['c'], does: 'shortcut.copy_cell' },
      { keys: ['C'], does: 'shortcut.copy_row' },
      { keys: ['f'], does: 'shortcut.favourite' },
    ],
  },
  {
    place: 'shortcut.charts',
    keys: [
      { keys: ['←', '→'], does: 'shortcut.cursor' },
      { keys: ['Shift ←', 'Shift →'], does: 'shortcut.cursor_ten' },
      { keys: ['+', '−'], does: 'shortcut.zoom' },
      { keys: ['0'], does: 'shortcut.zoom_reset' },
      { keys: ['c'], does: 'shortcut.copy_point' },
      { keys: ['Space'], does: 'shortcut.pause' },
    ],
  },
];

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Keys that work everywhere. @returns the stop */
export function listenToKeys(): () => void {
  let waitsForLetter = false;
  function onKey(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      useOverlay.setState(({ open }) => ({ open: open === 'palette' ? null : 'palette' }));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]'))
      return;
    if (waitsForLetter) {
      waitsForLetter = false;
      const page = RAIL_PAGES.find(({ letter }) => letter === event.key);
      if (!page) return;
      event.preventDefault();
      // A table has letters of its own: g o must not also reach it.
      event.stopPropagation();
      goToPage(page.id);
    } else if (event.key === 'g') {
      waitsForLetter = true;
    } else if (event.key === '?') {
      useOverlay.setState({ open: 'shortcuts' });
    } else if (event.key === '/') {
      const filter = document.querySelector<HTMLInputElement>('[data-filter-input]');
      if (!filter) return;
      event.preventDefault();
      filter.focus();
    }
  }
  addEventListener('keydown', onKey, { capture: true });
  return () => removeEventListener('keydown', onKey, { capture: true });
}
