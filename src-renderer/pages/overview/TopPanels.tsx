import { formatCount, formatShare, shortenAddress } from '@shared/units';
import { wellKnownService as serviceName } from '@shared/well-known-ports';
import { Activity, Plug } from 'lucide-react';
import { NumberHead } from '../../components/NumberHead';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Duo, Program } from '../../components/Program';
import { Rate } from '../../components/Quantity';
import { ReachMark } from '../../components/ReachMark';
import { useText } from '../../i18n';
import type { Group, Listener } from '../../store/aggregate';

const SHOWN = 6;
type Kind = 'process' | 'host' | 'service';

function filterOf(kind: Kind, key: string): string {
  const quoted = /[\s,"]/.test(key) ? JSON.stringify(key) : key;
  if (kind === 'process') return `process=${quoted}`;
  return kind === 'host' ? `remote:${quoted}` : `port:${key.split('/')[0]} proto:${key.split('/')[1]?.toLowerCase()}`;
}

function GroupName({ kind, group, exact }: { kind: Kind; group: Group; exact: boolean }) {
  const t = useText();
  if (kind === 'process' && group.key === '-') return <Program name="-" />;
  const words =
    kind === 'process' ? (
      <Program name={group.key} />
    ) : kind === 'host' ? (
      <span className="mono" title={group.key}>
        {shortenAddress(group.key)}
      </span>
    ) : (
      <>
        {serviceName(group.key) ?? <span className="muted">{t('word.unnamed')}</span>}{' '}
        <span className="mono muted">{group.key.replace('/TCP', '')}</span>
      </>
    );
  return (
    <a
      className="plain"
      href={
        exact
          ? `#/process?${new URLSearchParams({ find: group.key })}`
          : `#/connections?${new URLSearchParams({ filter: filterOf(kind, group.key) })}`
      }
    >
      {words}
    </a>
  );
}

interface TopPanelProps {
  kind: Kind;
  groups: readonly Group[];
  ready: boolean;
  className: string;
  unattributed?: number | null;
  listeners?: readonly Listener[];
  /** Counted by the helper at every send and receive call: then UDP is in it, and each process has a page. */
  exact?: boolean;
  /** UDP has byte counters too. */
  everySocket?: boolean;
}

/** The busiest now, from the bytes every socket carried in the last second. */
export function TopPanel({ kind, groups, ready, className, unattributed, exact = false, everySocket = exact }: TopPanelProps) {
  const t = useText();
  const shown = groups.slice(0, SHOWN);
  const max = Math.max(0, ...shown.flatMap(({ rx_rate_bps, tx_rate_bps }) => [rx_rate_bps, tx_rate_bps]));
  const rest = groups.slice(SHOWN);
  const more =
    !exact && unattributed != null && unattributed > 0
      ? t('top.unattributed', { share: formatShare(unattributed) })
      : rest.length > 0
        ? t('top.more', { count: rest.length })
        : t(everySocket ? 'top.payload_exact' : 'top.payload');
  return (
    <Panel
      title={t(`top.${kind}`)}
      about={t(everySocket ? 'top.about_exact' : 'top.about')}
      end={
        <a
          href={
            kind === 'process'
              ? exact
                ? '#/process'
                : '#/connections?group=process'
              : kind === 'host'
                ? '#/connections?group=host'
                : '#/connections'
          }
        >
          {t('action.all')}
        </a>
      }
      footer={more}
      className={className}
    >
      {!ready ? (
        <Skeleton rows={SHOWN} />
      ) : shown.length === 0 ? (
        <Note icon={Activity} title={t('top.none')}>
          <p>{t('top.none_why')}</p>
        </Note>
      ) : (
        <table className="table">
          <colgroup>
            <col />
            <col className="w-duo" />
            <col className="w-rate" />
            <col className="w-rate" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t('column.name')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('column.share')}</span>
              </th>
              <NumberHead>{t('column.in')}</NumberHead>
              <NumberHead>{t('column.out')}</NumberHead>
            </tr>
          </thead>
          <tbody>
            {shown.map(group => (
              <tr key={group.key}>
                <td>
                  <GroupName kind={kind} group={group} exact={exact} />
                </td>
                <td>
                  <Duo rx={group.rx_rate_bps} tx={group.tx_rate_bps} max={max} />
                </td>
                <td className="r">
                  <Rate bps={group.rx_rate_bps} />
                </td>
                <td className="r">
                  <Rate bps={group.tx_rate_bps} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

const PORTS_SHOWN = 10;

export function ListenersPanel({
  listeners,
  ready,
  className,
}: {
  listeners: readonly Listener[];
  ready: boolean;
  className: string;
}) {
  const t = useText();
  return (
    <Panel
      title={t('listeners.title')}
      about={formatCount(listeners.length)}
      end={<a href="#/ports">{t('action.all')}</a>}
      className={className}
    >
      {!ready ? (
        <Skeleton rows={4} />
      ) : listeners.length === 0 ? (
        <Note icon={Plug} title={t('listeners.none')}>
          <p>{t('listeners.none_why')}</p>
        </Note>
      ) : (
        <ul className="port-cards">
          {listeners.slice(0, PORTS_SHOWN).map(listener => (
            <li key={listener.key}>
              <a className="plain" href={`#/ports?port=${listener.port}&proto=${listener.protocol.toLowerCase()}`}>
                <span className="row">
                  <b className="mono">{listener.port}</b>
                  <span className="muted small">{listener.protocol}</span>
                  <span className="muted small ellipsis">{serviceName(`${listener.port}/${listener.protocol}`) ?? ''}</span>
                </span>
                <Program name={listener.program} />
                <ReachMark reach={listener.reach} />
              </a>
            </li>
          ))}
          {listeners.length > PORTS_SHOWN && (
            <li>
              <a href="#/ports">{t('top.more', { count: listeners.length - PORTS_SHOWN })}</a>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}
