import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { Modal } from '../components/Modal';
import { useText } from '../i18n';
import { selectDetails, useInterfaces } from '../store/interfaces';
import { commands, useOverlay } from './commands';
import { PAGES } from './pages';
import { goTo, goToPage, useHost } from './router';

const PORT = /^\d{1,5}$/;
const PID = /^[1-9]\d{0,9}$/;

function close(): void {
  useOverlay.setState({ open: null });
}

function Entry({
  value,
  keys,
  onRun,
  children,
}: {
  value: string;
  keys?: readonly string[];
  onRun: () => void;
  children: React.ReactNode;
}) {
  return (
    <Command.Item
      className="menu-item"
      value={value}
      onSelect={() => {
        // First away, then the work: it may open the next dialog.
        close();
        onRun();
      }}
    >
      {children}
      {keys && (
        <span className="end">
          {keys.map(key => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      )}
    </Command.Item>
  );
}

/** Pages, interfaces, ports, filters and commands behind one line. */
export function Palette() {
  const t = useText();
  const open = useOverlay(state => state.open === 'palette');
  const details = useInterfaces(selectDetails);
  const host = useHost();
  const [search, setSearch] = useState('');
  const asked = search.trim();
  const pageIds = new Set(PAGES.map(({ id }) => `page-${id}`));
  const all = open ? commands() : [];
  return (
    <Modal
      title={t('bar.search')}
      className="palette"
      bare
      open={open}
      onClose={() => {
        setSearch('');
        close();
      }}
    >
      <Command label={t('bar.search')} loop>
        <div className="palette-line">
          <Search size={16} aria-hidden />
          <Command.Input
            autoFocus
            value={search}
            onValueChange={setSearch}
            placeholder={t('palette.placeholder')}
            aria-label={t('bar.search')}
          />
          <kbd>Esc</kbd>
        </div>
        <Command.List className="palette-list" label={t('palette.results')}>
          <Command.Group heading={t('word.pages')}>
            {all
              .filter(({ id }) => pageIds.has(id))
              .map(command => (
                <Entry key={command.id} value={`${command.id} ${t(command.label)}`} keys={command.keys} onRun={command.run}>
                  {t(command.label)}
                </Entry>
              ))}
          </Command.Group>
          {PORT.test(asked) && Number(asked) >= 1 && Number(asked) <= 65_535 && (
            <Command.Group heading={t('page.ports')} forceMount>
              <Entry value={`port ${asked}`} onRun={() => goToPage('ports', { port: asked })}>
                {t('palette.port', { port: asked })}
              </Entry>
            </Command.Group>
          )}
          {asked !== '' && (
            <Command.Group heading={t('page.connections')} forceMount>
              <Entry value={`filter ${asked}`} onRun={() => goToPage('connections', { filter: asked })}>
                {t('palette.filter', { query: asked })}
              </Entry>
            </Command.Group>
          )}
          {asked !== '' && (
            <Command.Group heading={t('page.process')} forceMount>
              <Entry
                value={`process ${asked}`}
                onRun={() => (PID.test(asked) ? goTo('process', {}, asked) : goTo('process', { find: asked }))}
              >
                {PID.test(asked) ? t('process.title', { pid: asked }) : t('process.named', { name: asked })}
              </Entry>
            </Command.Group>
          )}
          {host === null && details && details.length > 0 && (
            <Command.Group heading={t('word.interfaces')}>
              {details.map(({ name, kind }) => (
                <Entry key={name} value={`interface ${name}`} onRun={() => goTo('traffic', { iface: name })}>
                  <span className="mono">{name}</span>
                  <span className="muted">{kind}</span>
                </Entry>
              ))}
            </Command.Group>
          )}
          <Command.Group heading={t('palette.commands')}>
            {all
              .filter(({ id }) => !pageIds.has(id))
              .map(command => (
                <Entry key={command.id} value={`${command.id} ${t(command.label)}`} keys={command.keys} onRun={command.run}>
                  {t(command.label)}
                </Entry>
              ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Modal>
  );
}
