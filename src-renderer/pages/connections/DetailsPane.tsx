import type { AddressFacts } from '@shared/model/settings';
import type { Source } from '@shared/model/source';
import { formatAge, formatCount, formatEndpoint, formatIso, formatMilliseconds } from '@shared/units';
import { Star, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { goTo } from '../../app/router';
import { CopyButton } from '../../components/CopyButton';
import { ProgramLink } from '../../components/Program';
import { Bytes, Rate } from '../../components/Quantity';
import { SourceWords } from '../../components/SourceWords';
import { StateMark } from '../../components/StateMark';
import { resolveLanguage, useText } from '../../i18n';
import { processHref } from '../../store/process-traffic';
import { selectFavourites, useSettings } from '../../store/settings';
import type { SocketRow } from '../../store/sockets';
import { useTool } from '../../store/use-tool';
import { ageOf, stateHint } from './columns';
import { changeFavourite } from './favourites';
import { serviceOf } from './order';

function LookUp({ address }: { address: string }) {
  const t = useText();
  const [asked, setAsked] = useState(0);
  const answer = useTool<{ names: string[] }>('resolve_address', asked > 0 ? { address } : null, { again: asked });
  if (answer.state === 'idle') {
    return (
      <button type="button" className="button compact" onClick={() => setAsked(1)}>
        {t('details.look_up')}
      </button>
    );
  }
  if (answer.state === 'running') return <span className="muted">{t('details.looking_up')}</span>;
  if (answer.state === 'failed') return <span className="critical">{answer.failure.message}</span>;
  const names = answer.data?.names ?? [];
  return names.length > 0 ? (
    <span className="mono">{names.join(', ')}</span>
  ) : (
    <span className="muted">{t('details.no_name')}</span>
  );
}

function AddressWords({ address }: { address: string }) {
  const t = useText();
  const language = useSettings(state => resolveLanguage(state.settings.language));
  const answer = useTool<{ addresses: AddressFacts[] }>('describe_addresses', { addresses: [address] });
  const facts = answer.data?.addresses?.[0];
  if (!facts) return <span className="muted">–</span>;
  const country =
    facts.country === null
      ? null
      : `${new Intl.DisplayNames([language], { type: 'region' }).of(facts.country) ?? facts.country} (${facts.country})`;
  const place = [t(`scope.${facts.scope}`), country].filter(part => part !== null).join(' · ');
  return (
    <>
      {place}
      {facts.mac !== null && (
        <span className="mac">
          <span className="muted">{t('details.mac')}</span> <span className="mono">{facts.mac}</span>
          {facts.vendor !== null && ` · ${facts.vendor}`}
        </span>
      )}
    </>
  );
}

/** One socket, with everything that is known about it. Esc closes and gives the focus back to the table. */
export function DetailsPane({ row, source, onClose }: { row: SocketRow; source: Source | null; onClose: () => void }) {
  const t = useText();
  const pane = useRef<HTMLElement>(null);
  const favourites = useSettings(selectFavourites);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key !== 'Escape' ||
        document.querySelector('dialog[open], [role=menu]') ||
        event.target instanceof HTMLInputElement
      )
        return;
      close.current();
      document.querySelector<HTMLElement>('.with-details .data-grid')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const remote = formatEndpoint(row.foreign_ip, row.foreign_port, false);
  const title = `${row.program === '-' ? t('word.unknown') : row.program} → ${row.foreign_port === null ? t('connections.no_remote') : row.foreign_ip}`;
  const service = serviceOf(row);
  const age = ageOf(row, Date.now());
  const choices = [
    row.program === '-' ? null : { kind: 'process' as const, value: row.program },
    row.foreign_port === null ? null : { kind: 'host' as const, value: row.foreign_ip },
    service === null ? null : { kind: 'service' as const, value: service },
  ].filter(choice => choice !== null);
  return (
    <aside ref={pane} className="panel details" aria-label={t('details.of', { name: title })}>
      <header>
        <ProgramLink name={row.program} pid={row.pid} hidePid />
        <span className="about mono">{row.foreign_port === null ? '' : row.foreign_ip}</span>
        <span className="end">
          <button type="button" className="button quiet icon" aria-label={t('action.close')} onClick={onClose}>
            <X size={16} aria-hidden />
          </button>
        </span>
      </header>
      <div className="body scroll">
        <p className="row details-state">
          <StateMark state={row.closed_ms === null ? row.state : 'CLOSED'} />
          <b>
            {row.closed_ms === null
              ? row.state === '-'
                ? row.protocol
                : row.state
              : t('connections.closed_for', { age: formatAge((Date.now() - row.closed_ms) / 1000) })}
          </b>
        </p>
        <p className="t2 small">{stateHint(t, row.state)}</p>
        <div className="row wrap details-actions">
          {choices.map(choice => {
            const on = favourites.some(entry => entry.kind === choice.kind && entry.value === choice.value);
            return (
              <button
                key={choice.kind}
                type="button"
                className="button compact"
                aria-pressed={on}
                onClick={() => changeFavourite(choice)}
              >
                <Star size={12} fill={on ? 'currentColor' : 'none'} aria-hidden /> {choice.value}{' '}
                <span className="muted">{t(`favourite.${choice.kind}`)}</span>
              </button>
            );
          })}
          {row.program !== '-' && (
            <button
              type="button"
              className="button compact"
              onClick={() =>
                goTo('connections', {
                  filter: `process=${/[\s,"]/.test(row.program) ? JSON.stringify(row.program) : row.program}`,
                })
              }
            >
              {t('details.all_of_process')}
            </button>
          )}
          {row.pid !== null && (
            <a className="button compact" href={processHref(row.pid)}>
              {t('process.title', { pid: row.pid })}
            </a>
          )}
        </div>
        <dl className="facts">
          <dt>{t('column.protocol')}</dt>
          <dd>
            {row.protocol}
            {service && <span className="muted"> · {service}</span>}
          </dd>
          <dt>{t('column.local')}</dt>
          <dd className="mono">{formatEndpoint(row.local_ip, row.local_port, false)}</dd>
          {row.foreign_port !== null && (
            <>
              <dt>{t('column.remote')}</dt>
              <dd className="row">
                <span className="mono grow">{remote}</span>
                <CopyButton text={remote} />
              </dd>
              <dt>{t('details.where')}</dt>
              <dd>
                <AddressWords address={row.foreign_ip} />
              </dd>
              <dt>{t('details.host_name')}</dt>
              <dd>
                <LookUp key={row.foreign_ip} address={row.foreign_ip} />
              </dd>
            </>
          )}
          <dt>{t('column.process')}</dt>
          <dd>
            {row.program === '-' ? (
              <span className="muted">{t('details.no_process')}</span>
            ) : (
              `${row.program}${row.pid === null ? '' : `, pid ${row.pid}`}`
            )}
          </dd>
          <dt>{t('column.user')}</dt>
          <dd>{row.user ?? <span className="muted">–</span>}</dd>
          {row.container !== null && (
            <>
              <dt>{t('column.container')}</dt>
              <dd>{row.container}</dd>
            </>
          )}
          {row.netns !== null && (
            <>
              <dt>{t('netns.column')}</dt>
              <dd className="mono" title={t('netns.mark', { inode: row.netns })}>
                {row.netns}
              </dd>
            </>
          )}
          <dt>{t('column.attribution')}</dt>
          <dd>
            {t(`attribution.${row.attribution}`)} <span className="muted small">{t(`attribution_hint.${row.attribution}`)}</span>
          </dd>
          <dt>{t('column.rate')}</dt>
          <dd>
            <Rate bps={row.rx_rate_bps} /> {t('word.in')}
            <br />
            <Rate bps={row.tx_rate_bps} /> {t('word.out')}
          </dd>
          <dt>{t('details.bytes')}</dt>
          <dd>
            <Bytes bytes={row.rx_bytes} /> {t('word.in')}, <Bytes bytes={row.tx_bytes} /> {t('word.out')}
          </dd>
          <dt>{t('details.queues')}</dt>
          <dd>
            <Bytes bytes={row.recv_queue} /> {t('word.in')}, <Bytes bytes={row.send_queue} /> {t('word.out')}
          </dd>
          <dt>RTT</dt>
          <dd>{row.rtt_ms === null ? <span className="muted">–</span> : formatMilliseconds(row.rtt_ms)}</dd>
          <dt>{t('details.sent_again')}</dt>
          <dd>{row.retransmits === null ? <span className="muted">–</span> : formatCount(row.retransmits)}</dd>
          <dt>{t('column.age')}</dt>
          <dd>
            {age === null ? (
              <span className="muted">{t('connections.older')}</span>
            ) : (
              <span title={formatIso(row.first_seen_ms ?? 0)}>{formatAge(age)}</span>
            )}
          </dd>
        </dl>
      </div>
      <footer>
        <SourceWords source={source} />
      </footer>
    </aside>
  );
}
