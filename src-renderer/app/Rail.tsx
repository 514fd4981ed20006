import { Tip } from '../components/Tip';
import { useText } from '../i18n';
import { PAGES, type PageEntry, RAIL_PAGES } from './pages';
import { hrefOf, useHost, usePage } from './router';

function RailLink({ page }: { page: PageEntry }) {
  const t = useText();
  const shown = usePage();
  const host = useHost();
  const current = (PAGES.find(({ id }) => id === shown)?.under ?? shown) === page.id;
  const Icon = page.icon;
  return (
    <Tip
      side="right"
      text={
        <span>
          {t(page.title)} <kbd>g</kbd> <kbd>{page.letter}</kbd>
        </span>
      }
    >
      <a href={hrefOf(page.id, host)} aria-current={current ? 'page' : undefined}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <span>{t(page.title)}</span>
      </a>
    </Tip>
  );
}

export function Rail() {
  const t = useText();
  return (
    <nav className="rail" aria-label={t('word.pages')}>
      <div className="brand">
        <svg viewBox="0 0 24 24" aria-hidden>
          <path d="M2 12h4l3-8 5 16 3-8h5" />
        </svg>
        <span>Netsonde</span>
      </div>
      {RAIL_PAGES.filter(({ last }) => !last).map(page => (
        <RailLink key={page.id} page={page} />
      ))}
      <div className="space" />
      {RAIL_PAGES.filter(({ last }) => last).map(page => (
        <RailLink key={page.id} page={page} />
      ))}
    </nav>
  );
}
