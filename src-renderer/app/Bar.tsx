import { Contrast, Keyboard, Search, Server } from 'lucide-react';
import { Tip } from '../components/Tip';
import { useText } from '../i18n';
import { useStatus } from '../store/status';
import { CaptureIndicator } from './CaptureIndicator';
import { toggleTheme, useOverlay } from './commands';

export function Bar() {
  const t = useText();
  const host = useStatus(state => state.status?.host);
  const platform = useStatus(state => state.status?.platform);
  return (
    <header className="bar">
      <span className="host" title={platform}>
        <Server size={16} strokeWidth={1.75} aria-hidden />
        <b className="ellipsis">{host ?? '–'}</b>
        <span className="muted wide-only">{t('bar.this_machine')}</span>
      </span>
      <button type="button" className="omni" aria-haspopup="dialog" onClick={() => useOverlay.setState({ open: 'palette' })}>
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <span className="ellipsis">{t('bar.search')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <span className="end">
        <CaptureIndicator />
        <Tip text={t('command.shortcuts')}>
          <button
            type="button"
            className="button quiet icon"
            aria-label={t('command.shortcuts')}
            onClick={() => useOverlay.setState({ open: 'shortcuts' })}
          >
            <Keyboard size={16} strokeWidth={1.75} aria-hidden />
          </button>
        </Tip>
        <Tip text={t('command.theme')}>
          <button type="button" className="button quiet icon" aria-label={t('command.theme')} onClick={toggleTheme}>
            <Contrast size={16} strokeWidth={1.75} aria-hidden />
          </button>
        </Tip>
      </span>
    </header>
  );
}
