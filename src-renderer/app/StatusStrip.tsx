import { EVENT_KINDS } from '@shared/model/event-kinds';
import { formatBytes, formatClock, formatCount } from '@shared/units';
import { useEffect, useState } from 'react';
import { SeverityIcon } from '../components/Verdict';
import { useText } from '../i18n';
import { useEventRates } from '../store/event-rates';
import { useInterfaces } from '../store/interfaces';
import { useLink } from '../store/link';
import { useSockets } from '../store/sockets';
import { useStatus } from '../store/status';
import { hrefOf, useHost } from './router';

/** Changes are said to screen readers at most once in 10 s. */
const SAY_EVERY_MS = 10_000;

function useSaid(words: string): string {
  const [said, setSaid] = useState(words);
  useEffect(() => {
    if (words === said) return;
    const timer = setTimeout(() => setSaid(words), SAY_EVERY_MS);
    return () => clearTimeout(timer);
  }, [words, said]);
  return said;
}

function Updated() {
  const t = useText();
  const samples = useInterfaces(state => state.samples);
  const sockets = useSockets(state => state.at_ms);
  let newest = sockets ?? 0;
  for (const list of samples.values()) newest = Math.max(newest, list.at(-1)?.at_ms ?? 0);
  return (
    <span className="last">
      {t('strip.updated')} <b>{newest === 0 ? '–' : formatClock(newest)}</b>
    </span>
  );
}

/** Events of the last second, and how many of the window were lost; – while nothing is seen. */
function EventPulse() {
  const t = useText();
  const seconds = useEventRates();
  const host = useHost();
  const newest = seconds.at(-1);
  const blind = newest === undefined || newest.gap;
  const lost = seconds.reduce((sum, second) => sum + second.lost, 0);
  const count = EVENT_KINDS.reduce((sum, kind) => sum + (newest?.counts[kind] ?? 0), 0);
  return (
    <a href={hrefOf('events', host)}>
      {t('page.events')} <b className="pulse">{blind ? '–' : `${formatCount(count)} /s`}</b>
      {lost > 0 && (
        <>
          {' '}
          <span className="warning">{t('strip.lost', { count: formatCount(lost) })}</span>
        </>
      )}
    </a>
  );
}

export function StatusStrip() {
  const t = useText();
  const link = useLink(({ state }) => state);
  const status = useStatus(state => state.status);
  const host = useHost();
  const limits = status?.abilities.filter(({ state }) => state !== 'good').length ?? 0;
  const words = t(`link.state_${link}`);
  const said = useSaid(words);
  return (
    <footer className="strip">
      <span>
        <SeverityIcon severity={link === 'open' ? 'good' : link === 'lost' ? 'warning' : 'unknown'} size={14} />
        {t('strip.engine')}{' '}
        <b>{link === 'lost' ? words : status?.engine.cpu_percent == null ? '–' : `${status.engine.cpu_percent.toFixed(1)} %`}</b>
      </span>
      <span className="wide-only">
        {t('strip.memory')}{' '}
        <b>
          {status ? `${formatBytes(status.engine.memory_bytes).number} ${formatBytes(status.engine.memory_bytes).unit}` : '–'}
        </b>
      </span>
      <span>
        {t('strip.rights')} <b>{status ? t(`rights.${status.privileges}`) : '–'}</b>
      </span>
      <a href={hrefOf('settings', host, { section: 'privileges' })}>
        {t('strip.helper')} <b>{status ? t(`helper_state.${status.helper.state}`) : '–'}</b>
      </a>
      <EventPulse />
      {status && limits > 0 && (
        <a href={hrefOf('settings', host, { section: 'measuring' })}>
          <SeverityIcon severity="notice" size={14} />
          {t('strip.limits', { count: limits })}
        </a>
      )}
      <a href={hrefOf('settings', host, { section: 'agents' })}>
        MCP <b>{status?.engine.mcp_clients ?? '–'}</b>
      </a>
      <Updated />
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </footer>
  );
}
