import type { Source } from '@shared/model/source';
import { formatClock, formatMilliseconds } from '@shared/units';
import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useHost } from '../../app/router';
import { HostState } from '../../components/HostState';
import { LimitBanner } from '../../components/Limit';
import { Failure, Panel, Skeleton } from '../../components/Panel';
import { SourceWords } from '../../components/SourceWords';
import { Tip } from '../../components/Tip';
import { PageHead, type Severity } from '../../components/Verdict';
import { useText } from '../../i18n';
import { selectHosts, useHosts } from '../../store/hosts';
import { useLink } from '../../store/link';
import type { Repeated } from '../../store/use-repeated-tool';

/** The remote host of this page: it is only shown when one is chosen. */
export function useRemoteHost(): string {
  return useHost() ?? '';
}

function AskedAt({ repeated, source }: { repeated: Repeated<unknown>; source: Source | null }) {
  const t = useText();
  const { failure, running, at_ms } = repeated;
  if (at_ms === null) return <>{failure ? t('remote.no_answer') : t('remote.asking')}</>;
  return (
    <>
      {source && (
        <Tip text={<SourceWords source={source} sampledMs={at_ms} />}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what it says is reached by the keyboard as well */}
          <span tabIndex={0}>{t('remote.source', { backend: source.backend })}</span>
        </Tip>
      )}
      {source?.rtt_ms != null && <span>{t('remote.rtt', { rtt: formatMilliseconds(source.rtt_ms) })}</span>}
      <span className={failure ? 'warning' : undefined}>
        {t(failure ? 'remote.stale' : running ? 'remote.as_of_running' : 'remote.as_of', { time: formatClock(at_ms) })}
      </span>
    </>
  );
}

/** Head of a page about a remote host: whose answer it is, by which way it came, how old it is; and what went wrong. */
export function RemoteFrame({
  title,
  verdict,
  severity,
  repeated,
  source,
  actions,
  children,
}: {
  title: string;
  verdict: string;
  severity: Severity;
  repeated: Repeated<unknown>;
  source: Source | null;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const t = useText();
  const host = useRemoteHost();
  const summary = useHosts(selectHosts).find(({ name }) => name === host);
  const lost = useLink(({ state }) => state === 'lost');
  const { failure, data, askNow } = repeated;
  const waiting = data === null && failure === null;
  return (
    <>
      <PageHead
        title={title}
        severity={lost || failure || waiting ? 'unknown' : severity}
        verdict={
          <>
            <b>{host}</b> <span className="muted">·</span> {failure ? t('remote.silent') : waiting ? t('remote.asking') : verdict}
          </>
        }
        actions={
          <>
            {actions}
            <button type="button" className="button" onClick={askNow}>
              <RefreshCw size={14} aria-hidden /> {t('remote.refresh')}
            </button>
          </>
        }
      />
      <section className="remote-line" aria-label={t('remote.line', { host })}>
        <span className="tag">{t('hosts.remote')}</span>
        {summary?.address && (
          <span className="mono">
            {summary.username}@{summary.address}
            {summary.port !== 22 && `:${summary.port}`}
          </span>
        )}
        {summary && <HostState state={summary.state} />}
        {summary?.privilege && <span>{t('remote.rights', { rights: t(`hosts.rights_${summary.privilege}`) })}</span>}
        <AskedAt repeated={repeated} source={source} />
      </section>
      {failure ? null : source?.degraded && source.reason ? (
        <LimitBanner
          title={t('connections.degraded', { backend: source.backend })}
          reason={source.reason}
          remedy={source.remedies[0]?.hint || null}
        />
      ) : (
        summary?.state === 'degraded' && (
          <LimitBanner title={t('remote.limited', { host })} reason={summary.reason} remedy={null} />
        )
      )}
      {failure && (
        <Panel title={t('remote.failed', { host })} className="fit">
          <Failure failure={failure} onRetry={askNow} />
          <footer>
            <a href={`#/hosts?test=${encodeURIComponent(host)}`}>{t('remote.test')}</a>
          </footer>
        </Panel>
      )}
      {/* Rows of before stay in sight, faded: they are no answer of now. */}
      <div className="remote-body" data-stale={failure !== null}>
        {data !== null ? (
          children
        ) : failure === null ? (
          <Panel title={t('remote.connecting', { host })}>
            <Skeleton rows={8} />
          </Panel>
        ) : null}
      </div>
    </>
  );
}
