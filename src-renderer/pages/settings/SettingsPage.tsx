import type { ComponentType } from 'react';
import { useParam } from '../../app/router';
import { ShortcutList } from '../../app/ShortcutsDialog';
import { Panel } from '../../components/Panel';
import { type UiKey, useText } from '../../i18n';
import { AgentsSection } from './AgentsSection';
import { GeneralSection } from './GeneralSection';
import { MeasuringSection } from './MeasuringSection';
import { PrivilegesSection } from './PrivilegesSection';

function ShortcutsSection() {
  const t = useText();
  return (
    <Panel title={t('settings.shortcuts')}>
      <div className="body">
        <ShortcutList />
      </div>
    </Panel>
  );
}

const SECTIONS: readonly { id: string; title: UiKey; component: ComponentType }[] = [
  { id: 'general', title: 'settings.general', component: GeneralSection },
  { id: 'measuring', title: 'settings.measuring', component: MeasuringSection },
  { id: 'privileges', title: 'privileges.title', component: PrivilegesSection },
  { id: 'agents', title: 'settings.agents', component: AgentsSection },
  { id: 'shortcuts', title: 'settings.shortcuts', component: ShortcutsSection },
];

export function SettingsPage() {
  const t = useText();
  const [asked] = useParam('section', 'general');
  const section = SECTIONS.find(({ id }) => id === asked) ?? SECTIONS[0];
  if (!section) return null;
  const Section = section.component;
  return (
    <div className="page">
      <div className="head">
        <h1>{t('page.settings')}</h1>
      </div>
      <div className="settings">
        <nav aria-label={t('settings.sections')}>
          {SECTIONS.map(({ id, title }) => (
            <a
              key={id}
              href={id === 'general' ? '#/settings' : `#/settings?section=${id}`}
              aria-current={id === section.id ? 'page' : undefined}
            >
              {t(title)}
            </a>
          ))}
        </nav>
        <div className="stack">
          <Section />
        </div>
      </div>
    </div>
  );
}
