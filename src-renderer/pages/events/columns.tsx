import type { LiveEvent } from '@shared/model/event';
import { formatClock, formatIso } from '@shared/units';
import type { Column } from '../../components/DataGrid';
import { KindMark } from '../../components/EventKind';
import { peerWords, resultWords, tookWords } from '../../components/event-words';
import { ProgramLink } from '../../components/Program';
import type { Translate } from '../../i18n';
import type { TimelineRow } from '../../store/timeline';

type EventColumn = Omit<Column<LiveEvent>, 'render'> & { render: (event: LiveEvent) => React.ReactNode };

/** The grid holds marks too, but those span it: a cell is always one of an event. */
function ofEvents({ render, text, ...column }: EventColumn): Column<TimelineRow> {
  return {
    ...column,
    sortable: false,
    render: ({ event }) => event && render(event),
    text: ({ event }) => (event ? text(event) : ''),
  };
}

export function eventColumns(t: Translate): Column<TimelineRow>[] {
  return [
    ofEvents({
      id: 'time',
      title: t('events.time'),
      width: '116px',
      text: event => formatIso(event.at_ms),
      render: event => (
        <span className="mono t2" title={formatIso(event.at_ms)}>
          {formatClock(event.at_ms, true)}
        </span>
      ),
    }),
    ofEvents({
      id: 'kind',
      title: t('column.kind'),
      width: '136px',
      text: event => event.kind,
      render: event => <KindMark kind={event.kind} />,
    }),
    ofEvents({
      id: 'process',
      title: t('column.process'),
      width: 'minmax(120px, 0.8fr)',
      text: event => (event.pid === null ? event.program : `${event.program} ${event.pid}`),
      render: event => <ProgramLink name={event.program} pid={event.pid} inGrid />,
    }),
    ofEvents({
      id: 'protocol',
      title: t('column.protocol'),
      width: '64px',
      low: true,
      text: event => event.protocol,
      render: event => <span className="muted small">{event.protocol}</span>,
    }),
    ofEvents({
      id: 'peer',
      title: t('events.peer'),
      width: 'minmax(160px, 1.4fr)',
      text: event => peerWords(t, event, false),
      render: event => (
        <span className="mono" title={peerWords(t, event, false)}>
          {peerWords(t, event)}
        </span>
      ),
    }),
    ofEvents({
      id: 'result',
      title: t('events.result'),
      width: 'minmax(130px, 1fr)',
      text: event => resultWords(t, event),
      render: event => <span className="small">{resultWords(t, event)}</span>,
    }),
    ofEvents({
      id: 'took',
      title: t('events.took'),
      width: '78px',
      align: 'right',
      low: true,
      text: event => String(event.latency_ms ?? event.duration_ms ?? ''),
      render: event => <span className="t2">{tookWords(event)}</span>,
    }),
  ];
}
