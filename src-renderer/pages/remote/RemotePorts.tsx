import type { ConnectionList } from '@shared/model/connection';
import { formatCount } from '@shared/units';
import { useMemo } from 'react';
import { useText } from '../../i18n';
import { listenersOf } from '../../store/aggregate';
import { rowsOf } from '../../store/remote-rows';
import { useRepeatedTool } from '../../store/use-repeated-tool';
import { ListenersTable } from '../ports/ListenersTable';
import { ReachPanel } from '../ports/ReachPanel';
import { WhoHolds } from '../ports/WhoHolds';
import { RemoteFrame, useRemoteHost } from './RemoteFrame';

const EVERY_MS = 5_000;
const LIMIT = 1_000;

/** What listens on a remote host, and who holds a port there. */
export function RemotePorts() {
  const t = useText();
  const host = useRemoteHost();
  // Apart, so that a host with thousands of connections has none of its listeners cut off.
  const tcp = useRepeatedTool<ConnectionList>(
    'query_network_connections',
    { host, proto: 'tcp', state: 'LISTEN', limit: LIMIT },
    EVERY_MS,
  );
  const udp = useRepeatedTool<ConnectionList>('query_network_connections', { host, proto: 'udp', limit: LIMIT }, EVERY_MS);
  const listeners = useMemo(
    () => listenersOf(rowsOf([...(tcp.data?.connections ?? []), ...(udp.data?.connections ?? [])]).values()),
    [tcp.data, udp.data],
  );
  const reachable = listeners.filter(({ reach }) => reach !== 'loopback').length;
  const unknown = listeners.filter(({ program }) => program === '-').length;
  const cut = [tcp, udp].some(({ data }) => data?.truncated);
  const verdict = [
    t('ports.verdict', { count: listeners.length }),
    t('ports.verdict_reach', { count: reachable }),
    unknown > 0 ? t('ports.verdict_unknown', { count: unknown }) : '',
    cut ? t('remote.cut', { shown: formatCount(LIMIT) }) : '',
  ];
  const both = {
    ...(tcp.failure === null && udp.failure !== null ? udp : tcp),
    data: tcp.data && udp.data,
    running: tcp.running || udp.running,
    askNow() {
      tcp.askNow();
      udp.askNow();
    },
  };
  return (
    <div className="page ports remote">
      <RemoteFrame
        title={t('page.ports')}
        verdict={verdict.filter(Boolean).join(t('word.sentence_gap'))}
        severity={reachable > 0 ? 'notice' : 'good'}
        repeated={both}
        source={tcp.data?.source ?? null}
      >
        <WhoHolds listeners={listeners} atMs={tcp.at_ms} host={host} />
        <div className="grid ports-grid">
          <ListenersTable className="span-7 narrow-12" listeners={listeners} ready remote />
          <div className="span-5 narrow-12 stack">
            <ReachPanel listeners={listeners} ready remote />
          </div>
        </div>
      </RemoteFrame>
    </div>
  );
}
