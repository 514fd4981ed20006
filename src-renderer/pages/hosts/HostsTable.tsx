import type { HostSummary } from '@shared/model/host';
import { formatMilliseconds } from '@shared/units';
import { Ellipsis } from 'lucide-react';
import { chooseHost, goTo } from '../../app/router';
import { HostState } from '../../components/HostState';
import { Menu } from '../../components/Menu';
import { NumberHead } from '../../components/NumberHead';
import { Panel } from '../../components/Panel';
import { useText } from '../../i18n';
import { isRemote } from '../../store/hosts';

const dash = <span className="muted">–</span>;

function address({ username, address: at, port }: HostSummary): string {
  return `${username}@${at?.includes(':') ? `[${at}]` : at}${port === 22 ? '' : `:${port}`}`;
}

interface Actions {
  onTest: (name: string) => void;
  onEdit: (name: string) => void;
  onRemove: (name: string) => void;
}

function Row({ host, onTest, onEdit, onRemove }: { host: HostSummary } & Actions) {
  const t = useText();
  const remote = isRemote(host);
  return (
    <tr>
      <th scope="row" title={host.name}>
        <a href={remote ? `#/connections?host=${encodeURIComponent(host.name)}` : '#/overview'}>{host.name}</a>
      </th>
      <td className="mono" title={remote ? address(host) : undefined}>
        {remote ? address(host) : <span className="muted">{t('bar.this_machine')}</span>}
      </td>
      <td>
        <div className="row">
          <HostState state={host.state} />
          {host.reason !== null && (
            <span className="muted small ellipsis" title={host.reason}>
              {host.reason}
            </span>
          )}
        </div>
      </td>
      <td>{host.privilege === null ? dash : t(`hosts.rights_${host.privilege}`)}</td>
      <td className="r">{host.rtt_ms === null ? dash : formatMilliseconds(host.rtt_ms)}</td>
      <td className="low">
        {host.platform || dash}
        {host.kind === 'netsonde' && (
          <span className="tag" title={t('hosts.served')}>
            Netsonde
          </span>
        )}
      </td>
      <td className="low" title={host.abilities.join(', ')}>
        {host.abilities.length === 0 ? dash : host.abilities.join(', ')}
      </td>
      <td title={host.tags.join(' ')}>
        {host.tags.length === 0
          ? dash
          : host.tags.map(tag => (
              <span key={tag} className="tag scope-tag">
                {tag}
              </span>
            ))}
      </td>
      <td className="r">
        {remote && (
          <span className="row host-actions">
            <button
              type="button"
              className="button compact"
              aria-label={t('hosts.test_title', { name: host.name })}
              onClick={() => onTest(host.name)}
            >
              {t('hosts.test')}
            </button>
            <Menu
              trigger={
                <button type="button" className="button compact icon" aria-label={t('hosts.more_of', { name: host.name })}>
                  <Ellipsis size={14} aria-hidden />
                </button>
              }
              entries={[
                {
                  id: 'connections',
                  label: t('hosts.show_connections'),
                  onSelect: () => goTo('connections', { host: host.name }),
                },
                { id: 'ports', label: t('hosts.show_ports'), onSelect: () => goTo('ports', { host: host.name }) },
                { id: 'traffic', label: t('hosts.show_traffic'), onSelect: () => goTo('traffic', { host: host.name }) },
                { id: 'choose', label: t('hosts.choose'), onSelect: () => chooseHost(host.name) },
                { id: 'edit', label: t('hosts.edit'), onSelect: () => onEdit(host.name) },
                { id: 'remove', label: t('hosts.remove'), onSelect: () => onRemove(host.name) },
              ]}
            />
          </span>
        )}
      </td>
    </tr>
  );
}

/** Every host with its state, this machine first. */
export function HostsTable({ hosts, end, ...actions }: { hosts: readonly HostSummary[]; end?: React.ReactNode } & Actions) {
  const t = useText();
  return (
    <Panel title={t('hosts.table')} about={String(hosts.length)} end={end}>
      <div className="scroll-x">
        <table className="table roomy hosts-table">
          <thead>
            <tr>
              <th scope="col" className="w-host">
                {t('hosts.name')}
              </th>
              <th scope="col" className="w-address">
                {t('column.address')}
              </th>
              <th scope="col" className="w-host-state">
                {t('column.state')}
              </th>
              <th scope="col" className="w-rights">
                {t('hosts.rights')}
              </th>
              <NumberHead>{t('hosts.rtt')}</NumberHead>
              <th scope="col" className="low w-platform">
                {t('hosts.platform')}
              </th>
              <th scope="col" className="low w-abilities">
                {t('hosts.abilities')}
              </th>
              <th scope="col">{t('hosts.tags')}</th>
              <th scope="col" className="w-host-actions">
                <span className="visually-hidden">{t('hosts.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {hosts.map(host => (
              <Row key={host.name} host={host} {...actions} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
