import { formatCount } from '@shared/units';
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { toCsv } from '../../components/csv';
import { download, fileName } from '../../components/download';
import { AbilityBanner, LimitBanner } from '../../components/Limit';
import { PageHead } from '../../components/Verdict';
import { useText } from '../../i18n';
import { type Listener, listenersOf } from '../../store/aggregate';
import { useLink } from '../../store/link';
import { rowsAt, useSockets } from '../../store/sockets';
import { selectProcessLimit, useStatus } from '../../store/status';
import { CameAndWent } from './CameAndWent';
import { useChanges, withOpenings } from './changes-store';
import { ListenersTable } from './ListenersTable';
import { ReachPanel } from './ReachPanel';
import { WhoHolds } from './WhoHolds';

function listenersCsv(listeners: readonly Listener[]): string {
  return toCsv(
    ['port', 'protocol', 'addresses', 'reach', 'program', 'pid', 'user', 'container'],
    listeners.map(({ port, protocol, addresses, reach, program, pid, user, container }) => [
      port,
      protocol,
      addresses.join(' '),
      reach,
      program,
      pid,
      user,
      container,
    ]),
  );
}

/** What listens here, who holds a port, and what came and went. */
export function PortsPage() {
  const t = useText();
  const { rows, version, source, at_ms } = useSockets();
  const lost = useLink(({ state }) => state === 'lost');
  const processLimit = useStatus(selectProcessLimit);
  const changes = useChanges(state => state.changes);
  const listeners = useMemo(() => withOpenings(listenersOf(rowsAt(rows, version)), changes ?? []), [rows, version, changes]);
  const ready = version > 0;
  const reachable = listeners.filter(({ reach }) => reach !== 'loopback').length;
  const unknown = listeners.filter(({ program }) => program === '-').length;
  const verdict = ready
    ? [
        t('ports.verdict', { count: listeners.length }),
        t('ports.verdict_reach', { count: reachable }),
        unknown > 0 ? t('ports.verdict_unknown', { count: unknown }) : '',
      ]
        .filter(Boolean)
        .join(t('word.sentence_gap'))
    : t('connections.waiting');
  return (
    <div className="page ports">
      <PageHead
        title={t('page.ports')}
        severity={lost || !ready ? 'unknown' : reachable > 0 ? 'notice' : 'good'}
        verdict={verdict}
        actions={
          <button
            type="button"
            className="button"
            disabled={!ready}
            onClick={() => download(fileName('ports', 'csv'), listenersCsv(listeners), 'text/csv;charset=utf-8')}
          >
            <Download size={14} aria-hidden /> {t('ports.export')}
          </button>
        }
      />
      {unknown > 0 && source?.remedies[0] ? (
        <LimitBanner
          title={t('ports.verdict_unknown', { count: formatCount(unknown) })}
          reason={source.reason}
          remedy={source.remedies[0].hint}
        />
      ) : (
        unknown > 0 && processLimit && <AbilityBanner ability={processLimit} />
      )}
      <WhoHolds listeners={listeners} atMs={at_ms} />
      <div className="grid ports-grid">
        <ListenersTable className="span-7 narrow-12" listeners={listeners} ready={ready} />
        <div className="span-5 narrow-12 stack">
          <ReachPanel listeners={listeners} ready={ready} />
          <CameAndWent />
        </div>
      </div>
    </div>
  );
}
