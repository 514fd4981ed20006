import { useCallback, useSyncExternalStore } from 'react';
import { PAGES } from './pages';

const FIRST_PAGE = 'overview';

/** Where the window is. All of it stands in the address after #, so that back, reload and copy link work. */
export interface Route {
  page: string;
  /** What the page is about: #/process/1234 is the page process, about 1234. */
  about?: string | undefined;
  params: ReadonlyMap<string, string>;
}

/** #/traffic?iface=eth0 → page traffic, iface eth0. Anything else is the first page. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', about = ''] = path.split('/', 2);
  const params = new Map(new URLSearchParams(query));
  if (!PAGES.some(({ id }) => id === page)) return { page: FIRST_PAGE, params };
  return about === '' ? { page, params } : { page, about, params };
}

export function formatRoute({ page, about, params }: Route): string {
  const query = new URLSearchParams([...params]).toString();
  return `#/${page}${about ? `/${about}` : ''}${query ? `?${query}` : ''}`;
}

let current: { hash: string; route: Route } | undefined;
const listeners = new Set<() => void>();

function route(): Route {
  // The same object while the address is the same, else every reader would render again.
  if (current?.hash !== location.hash) current = { hash: location.hash, route: parseRoute(location.hash) };
  return current.route;
}

function notify(): void {
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', notify);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', notify);
  };
}

export function useRoute(): Route {
  return useSyncExternalStore(listen, route);
}

export function usePage(): string {
  return useSyncExternalStore(listen, () => route().page);
}

/** What the page is about; null: the page itself. */
export function useAbout(): string | null {
  return useSyncExternalStore(listen, () => route().about ?? null);
}

/** @param replace no new step in the history: for what changes while typing */
export function navigate(next: Route, { replace = false } = {}): void {
  const hash = formatRoute(next);
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, '', hash);
  else history.pushState(null, '', hash);
  notify();
}

export function goTo(page: string, params: Record<string, string> = {}, about?: string): void {
  navigate({ page, about, params: new Map(Object.entries(params)) });
}

/** The host that pages show, as the address names it; null: this machine. */
function chosenHost(): string | null {
  return route().params.get('host') || null;
}

export function useHost(): string | null {
  return useSyncExternalStore(listen, chosenHost);
}

/** Chooses a host and stays on the page. What a page asked of the host before is let go; a report or a list of hosts stays. */
export function chooseHost(name: string | null): void {
  const { page, about, params } = route();
  const isOfHost = PAGES.find(({ id }) => id === page)?.remote !== undefined;
  const kept = new Map(isOfHost ? [] : params);
  if (name === null) kept.delete('host');
  else kept.set('host', name);
  navigate({ page, about, params: kept });
}

/**
 * Goes to a page and keeps the host: rail, keys and palette do. Links inside a page name their own; without one they
 * are about this machine.
 */
export function goToPage(page: string, params: Record<string, string> = {}): void {
  const host = chosenHost();
  goTo(page, host === null ? params : { ...params, host });
}

/** Where a link of the frame leads. */
export function hrefOf(page: string, host: string | null, params: Record<string, string> = {}): string {
  return formatRoute({ page, params: new Map(Object.entries(host === null ? params : { ...params, host })) });
}

/** One parameter of the page. The fallback does not stand in the address. */
export function useParam(name: string, fallback: string): [string, (value: string, options?: { replace?: boolean }) => void] {
  const value = useSyncExternalStore(listen, () => route().params.get(name) ?? fallback);
  const set = useCallback(
    (next: string, options?: { replace?: boolean }) => {
      const { page, about, params } = route();
      const changed = new Map(params);
      if (next === fallback) changed.delete(name);
      else changed.set(name, next);
      navigate({ page, about, params: changed }, options);
    },
    [name, fallback],
  );
  return [value, set];
}
