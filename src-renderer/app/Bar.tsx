import { Contrast, Keyboard, Search } from 'lucide-react';
import { Tip } from '../components/Tip';
import { useText } from '../i18n';
import { CaptureIndicator } from './CaptureIndicator';
import { toggleTheme, useOverlay } from './commands';
import { HostSwitcher } from './HostSwitcher';

export function Bar() {
  const t = useText();
  return (
    <header className="bar">
      <HostSwitcher />
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
