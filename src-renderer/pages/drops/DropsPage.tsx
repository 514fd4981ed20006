import { dropReasonWords } from '@shared/drop-reasons/index';
import { translate } from '@shared/text/index';
import { formatClock, formatCount, formatShare } from '@shared/units';
import { CircleCheck } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useParam } from '../../app/router';
import { BlindBanner, BlindNote } from '../../components/Blind';
import { columnsOf, type Range, stepOf, totalsByKey } from '../../components/column-data';
import { Note, Panel } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { Switch } from '../../components/Switch';
import { PageHead, type Severity } from '../../components/Verdict';
import { counted, useLanguage, useText } from '../../i18n';
import { unwatchedSeconds } from '../../store/coverage';
import { useDropRates, useRates } from '../../store/event-rates';
import { useEvents, useTimeline } from '../../store/events';
import { useLink } from '../../store/link';
import { useVisible } from '../../store/visible';
import { CountsPanel } from '../events/CountsPanel';
import { MINUTES } from '../events/EventsPage';
import { RecentEvents } from '../events/RecentEvents';
import { countsByReason, dropTables, OTHER } from './drop-tables';
import { ReasonsPanel, WhoAndWhere } from './tables';

const SECOND_MS = 1_000;
const REASON_COLOURS = 7;
const COLUMNS_LEFT_OUT = ['kind', 'took'];

/** The time now, for a window whose seconds without drops are left out; once a second while the page is there. */
function useNow(): number {
  const visible = useVisible();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!visible) return;
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [visible]);
  return now;
}

/** The colour of a reason, in the order of first sight. */
function useReasonColours(): (reason: string) => string {
  const slots = useRef(new Map<string, number>());
  return useCallback(reason => {
    if (reason === OTHER) return 'var(--series-other)';
    const slot = slots.current.get(reason) ?? slots.current.size;
    slots.current.set(reason, slot);
    return slot < REASON_COLOURS ? `var(--series-${slot + 1})` : 'var(--series-other)';
  }, []);
}

/** What the kernel threw away, why, whose it was and where. */
export function DropsPage() {
  const t = useText();
  const language = useLanguage();
  const [minutes, setMinutes] = useParam('window', '15');
  const [benignText, setBenign] = useParam('benign', '0');
  const [openReason, setOpenReason] = useParam('reason', '');
  const [range, setRange] = useState<Range | null>(null);
  const linkLost = useLink(({ state }) => state === 'lost');
  const withBenign = benignText === '1';

  const params = useMemo(() => ({ kinds: ['drop' as const], include_benign: withBenign }), [withBenign]);
  useTimeline(params);
  const { rows, ready, blind, coverage } = useEvents();
  const seconds = useDropRates();
  const ratesReady = useRates(state => state.dropsReady);
  const now = useNow();
  const windowS = Number(MINUTES.find(known => known === minutes) ?? '15') * 60;
  const stepS = stepOf(windowS);
  const sinceMs = coverage ? Date.parse(coverage.since) : now;

  // Whole seconds, so that what is counted stays the same between two of them.
  const toMs = Math.floor(now / SECOND_MS) * SECOND_MS + SECOND_MS;
  const fromMs = Math.max(toMs - windowS * SECOND_MS, sinceMs);
  const columns = useMemo(
    () =>
      columnsOf(
        seconds,
        { from_ms: toMs - windowS * SECOND_MS, to_ms: toMs },
        stepS,
        second => countsByReason(second, withBenign),
        sinceMs,
      ),
    [seconds, toMs, windowS, stepS, withBenign, sinceMs],
  );
  const tables = useMemo(
    () =>
      dropTables(
        seconds.filter(({ at_ms }) =>
          range ? at_ms >= range.from_ms && at_ms < range.to_ms : at_ms >= toMs - windowS * SECOND_MS,
        ),
        withBenign,
      ),
    [seconds, range, toMs, windowS, withBenign],
  );
  const colourOf = useReasonColours();
  const reasons = useMemo(() => [...totalsByKey(columns).keys()], [columns]);
  const names = reasons.join('\n');
  const layers = useMemo(
    () =>
      names
        .split('\n')
        .filter(Boolean)
        .map(key => ({ key, label: key === OTHER ? t('word.others') : key, colour: colourOf(key) })),
    [names, colourOf, t],
  );

  const nothing = ready && blind !== null && rows.size === 0;
  const since = formatClock(fromMs);
  const unwatched = coverage ? unwatchedSeconds(coverage.gaps, fromMs, now) : 0;
  const first = tables.reasons[0];
  const known = ready && ratesReady && coverage !== null;
  const severity: Severity =
    linkLost || !known || blind
      ? 'unknown'
      : tables.count > 0
        ? 'warning'
        : unwatched > 0 || coverage.lost > 0
          ? 'notice'
          : 'good';
  const verdict = ((): React.ReactNode => {
    if (blind) return [t(`events.blind_${blind.code}`), translate(blind.reason, language)].join(language === 'en' ? ': ' : '：');
    if (!known) return t('drops.waiting');
    const total =
      first === undefined
        ? t(unwatched > 0 || coverage.lost > 0 ? 'drops.none_lost' : 'drops.none', { since })
        : t('drops.some', {
            ...counted(tables.count),
            since,
            share: formatShare(first.count / tables.count),
            reason: first.reason,
          });
    return (
      <>
        <b>{total}</b>{' '}
        {[
          first ? dropReasonWords(first.reason, language).text : '',
          !withBenign && tables.benign > 0 ? t('drops.benign_more', counted(tables.benign)) : '',
          unwatched > 0 ? t('drops.gaps', { seconds: unwatched }) : '',
          coverage.lost > 0 ? t('events.lost', { ...counted(coverage.lost), since: formatClock(sinceMs) }) : '',
        ]
          .filter(Boolean)
          .join(t('word.sentence_gap'))}
      </>
    );
  })();

  return (
    <div className="page drops">
      <PageHead
        title={t('page.drops')}
        severity={severity}
        verdict={verdict}
        actions={
          <>
            <Switch
              label={t('drops.benign', { count: formatCount(tables.benign) })}
              checked={withBenign}
              onChange={on => setBenign(on ? '1' : '0', { replace: true })}
            />
            <Segment
              label={t('events.window')}
              value={minutes}
              onChange={value => setMinutes(value, { replace: true })}
              options={MINUTES.map(value => ({ value, label: t('traffic.minutes', { count: Number(value) }) }))}
            />
          </>
        }
      />
      {blind && !nothing && <BlindBanner blind={blind} />}
      {nothing ? (
        <Panel title={t('drops.chart')}>
          <BlindNote blind={blind} />
        </Panel>
      ) : (
        <>
          <CountsPanel
            of="drops"
            columns={columns}
            stepS={stepS}
            layers={layers}
            ready={known}
            range={range}
            onRange={setRange}
          />
          {known && tables.count === 0 ? (
            <Panel title={t('drops.reasons')}>
              <Note icon={CircleCheck} tone="good" title={t('drops.good')}>
                <p>{unwatched > 0 ? t('drops.good_gap', { since, seconds: unwatched }) : t('drops.good_why', { since })}</p>
              </Note>
            </Panel>
          ) : (
            known && (
              <>
                <ReasonsPanel
                  tables={tables}
                  open={openReason}
                  onOpen={reason => setOpenReason(reason, { replace: true })}
                  colourOf={colourOf}
                />
                <WhoAndWhere tables={tables} />
              </>
            )
          )}
          <RecentEvents
            title={t('drops.recent')}
            without={COLUMNS_LEFT_OUT}
            emptyWhy={t('events.none_why', { since: formatClock(sinceMs) })}
            className="recent-drops"
          />
        </>
      )}
    </div>
  );
}
