import { Fragment } from 'react';
import { Modal } from '../components/Modal';
import { useText } from '../i18n';
import { SHORTCUTS, useOverlay } from './commands';

/** Every key; also a section of the settings. */
export function ShortcutList() {
  const t = useText();
  return (
    <div className="shortcuts">
      {SHORTCUTS.map(({ place, keys }) => (
        <section key={place}>
          <h3>{t(place)}</h3>
          <dl className="facts">
            {keys.map(entry => (
              <Fragment key={`${entry.keys.join(' ')} ${entry.does}`}>
                <dt>
                  {entry.keys.map(key => (
                    <Fragment key={key}>
                      <kbd>{key}</kbd>{' '}
                    </Fragment>
                  ))}
                </dt>
                <dd>{t(entry.does)}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

export function ShortcutsDialog() {
  const t = useText();
  const open = useOverlay(state => state.open === 'shortcuts');
  return (
    <Modal title={t('command.shortcuts')} open={open} onClose={() => useOverlay.setState({ open: null })}>
      <ShortcutList />
    </Modal>
  );
}
