import type { ReactNode } from 'react';
import { Panel } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { useText } from '../../i18n';
import { useSettings } from '../../store/settings';

function Choice({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <div className="choice">
      <div>
        <b>{title}</b>
        <p className="muted small">{hint}</p>
      </div>
      {children}
    </div>
  );
}

export function GeneralSection() {
  const t = useText();
  const { settings, change } = useSettings();
  return (
    <Panel title={t('settings.general')}>
      <Choice title={t('settings.language')} hint={t('settings.language_hint')}>
        <Segment
          label={t('settings.language')}
          value={settings.language}
          onChange={language => void change({ language })}
          options={[
            { value: 'system', label: t('settings.system') },
            { value: 'en', label: 'English' },
            { value: 'zh-CN', label: '中文' },
          ]}
        />
      </Choice>
      <Choice title={t('settings.theme')} hint={t('settings.theme_hint')}>
        <Segment
          label={t('settings.theme')}
          value={settings.theme}
          onChange={theme => void change({ theme })}
          options={[
            { value: 'system', label: t('settings.system') },
            { value: 'light', label: t('settings.light') },
            { value: 'dark', label: t('settings.dark') },
          ]}
        />
      </Choice>
      <Choice title={t('settings.unit')} hint={t('settings.unit_hint')}>
        <Segment
          label={t('settings.unit')}
          value={settings.rate_unit}
          onChange={rate_unit => void change({ rate_unit })}
          options={[
            { value: 'bit', label: 'bit/s' },
            { value: 'byte', label: 'B/s' },
          ]}
        />
      </Choice>
      <Choice title={t('settings.density')} hint={t('settings.density_hint')}>
        <Segment
          label={t('settings.density')}
          value={settings.density}
          onChange={density => void change({ density })}
          options={[
            { value: 'compact', label: t('settings.compact') },
            { value: 'roomy', label: t('settings.roomy') },
          ]}
        />
      </Choice>
    </Panel>
  );
}
