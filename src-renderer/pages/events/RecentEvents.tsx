import { ListFilter } from 'lucide-react';
import { useMemo } from 'react';
import { useParam } from '../../app/router';
import { BlindNote } from '../../components/Blind';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { useText } from '../../i18n';
import { useEvents } from '../../store/events';
import { eventsOf } from '../../store/timeline';
import { EventDetails } from './EventDetails';
import { EventGrid, useHeldTimeline, WaitingTag } from './EventGrid';

interface RecentEventsProps {
  title: string;
  /** Columns that say the same in every row here. */
  without: readonly string[];
  /** Why there may be none. */
  emptyWhy: string;
  className: string;
}

/** The newest events on a page that has more to say: those of its `useTimeline`, and the details of the chosen one. */
export function RecentEvents({ title, without, emptyWhy, className }: RecentEventsProps) {
  const t = useText();
  const [selected, setSelected] = useParam('event', '');
  const held = useHeldTimeline(false);
  const { rows, version, ready, blind } = useEvents();
  const order = useMemo(() => [...rows.keys()].reverse(), [rows, version]); // oxlint-disable-line react-hooks/exhaustive-deps -- the rows are changed in place
  const select = (key: string): void => setSelected(key, { replace: true });
  const open = selected === '' ? undefined : rows.get(selected)?.event;
  return (
    <div className={`fill with-details ${className}`}>
      <Panel title={title} end={<WaitingTag held={held} />}>
        {!ready ? (
          <Skeleton rows={6} />
        ) : blind && rows.size === 0 ? (
          <BlindNote blind={blind} />
        ) : (
          <EventGrid
            label={title}
            rows={rows}
            version={version}
            order={order}
            held={held}
            selected={selected}
            onSelect={select}
            without={without}
            empty={
              <Note icon={ListFilter} title={t('events.none')}>
                <p>{emptyWhy}</p>
              </Note>
            }
          />
        )}
      </Panel>
      {open && (
        <EventDetails
          event={open}
          related={open.socket === null ? [] : eventsOf(rows.values()).filter(({ socket }) => socket === open.socket)}
          onSelect={id => select(`e${id}`)}
          onClose={() => select('')}
        />
      )}
    </div>
  );
}
