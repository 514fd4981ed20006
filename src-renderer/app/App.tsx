import { useEffect } from 'react';
import { i18n, resolveLanguage, useText } from '../i18n';
import { followLink, useLink } from '../store/link';
import { useSettings } from '../store/settings';
import { Bar } from './Bar';
import { listenToKeys } from './commands';
import { ErrorBoundary } from './ErrorBoundary';
import { Feeds } from './Feeds';
import { LinkBanner } from './LinkBanner';
import { followOpenedFiles } from './open-report';
import { Palette } from './Palette';
import { PAGES } from './pages';
import { Rail } from './Rail';
import { useHost, usePage } from './router';
import { ShortcutsDialog } from './ShortcutsDialog';
import { StatusStrip } from './StatusStrip';
import { ThisMachineOnly } from './ThisMachineOnly';

/** Carries language, theme and density from the settings to the document. */
function useAppearance(): void {
  const { language, theme, density } = useSettings(state => state.settings);
  useEffect(() => {
    const resolved = resolveLanguage(language);
    document.documentElement.lang = resolved;
    void i18n.changeLanguage(resolved);
  }, [language]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    document.documentElement.dataset['density'] = density;
  }, [theme, density]);
}

/** The other pages' code, when the window has nothing else to do: a page is then shown at once. */
function usePreload(): void {
  useEffect(() => {
    let gone = false;
    const next = (at: number): void => {
      const page = PAGES[at];
      if (!page || gone) return;
      // What cannot be loaded now is asked for again when it is shown.
      requestIdleCallback(
        () =>
          void page
            .preload()
            .then(() => page.remote?.preload())
            .catch(() => {})
            .finally(() => next(at + 1)),
      );
    };
    next(0);
    return () => {
      gone = true;
    };
  }, []);
}

export function App() {
  const t = useText();
  const id = usePage();
  const page = PAGES.find(entry => entry.id === id) ?? PAGES[0];
  const lost = useLink(({ state }) => state === 'lost');
  useAppearance();
  usePreload();
  useEffect(followLink, []);
  useEffect(listenToKeys, []);
  useEffect(followOpenedFiles, []);
  const title = page ? t(page.title) : '';
  useEffect(() => {
    document.title = `${title} · Netsonde`;
  }, [title]);
  const host = useHost();
  const remote = host === null ? undefined : page?.remote;
  const Page = (remote ?? page)?.component;
  return (
    <>
      <Feeds />
      <div className="app">
        <a
          className="skip"
          href="#main"
          onClick={event => {
            event.preventDefault();
            document.getElementById('main')?.focus();
          }}
        >
          {t('action.skip')}
        </a>
        <Rail />
        <Bar />
        <main id="main" className="main" tabIndex={-1} key={`${page?.id} ${remote ? host : ''}`} data-lost={lost}>
          <ErrorBoundary>
            <LinkBanner />
            {host !== null && !remote && !page?.anyHost && <ThisMachineOnly host={host} />}
            {Page && <Page />}
          </ErrorBoundary>
        </main>
        <StatusStrip />
      </div>
      <Palette />
      <ShortcutsDialog />
    </>
  );
}
