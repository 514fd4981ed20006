import { dropReasonWords } from '@shared/drop-reasons/index';
import { formatCount, formatShare } from '@shared/units';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Fragment } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { NumberHead } from '../../components/NumberHead';
import { Panel } from '../../components/Panel';
import { ProgramLink } from '../../components/Program';
import { useLanguage, useText } from '../../i18n';
import type { DropTables } from './drop-tables';

const SHOWN = 12;

function Share({ count, of }: { count: number; of: number }) {
  return (
    <span className="share-bar" aria-hidden>
      <b style={{ width: of === 0 ? 0 : `${(count / of) * 100}%` }} />
    </span>
  );
}

interface ReasonsProps {
  tables: DropTables;
  open: string;
  onOpen: (reason: string) => void;
  colourOf: (reason: string) => string;
}

/** Each reason in the kernel's own word with a plain sentence; opened, what to do. */
export function ReasonsPanel({ tables, open, onOpen, colourOf }: ReasonsProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <Panel title={t('drops.reasons')} footer={tables.other > 0 ? t('drops.others') : undefined}>
      <div className="scroll-x">
        <table className="table reasons">
          <colgroup>
            <col />
            <col className="w-share" />
            <col className="w-rate" />
            <col className="w-state" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t('drops.reason')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('column.share')}</span>
              </th>
              <NumberHead>{t('drops.count')}</NumberHead>
              <NumberHead>{t('column.share')}</NumberHead>
            </tr>
          </thead>
          <tbody>
            {tables.reasons.map(({ reason, benign, count }) => {
              const words = dropReasonWords(reason, language);
              const isOpen = open === reason;
              return (
                <Fragment key={reason}>
                  <tr>
                    <td>
                      <button
                        type="button"
                        className="disclosure"
                        aria-expanded={isOpen}
                        onClick={() => onOpen(isOpen ? '' : reason)}
                      >
                        {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
                        <span className="swatch" style={{ background: colourOf(reason) }} aria-hidden />
                        <span className="mono">{reason}</span>
                        {benign && <span className="tag">{t('drops.is_benign')}</span>}
                        <span className="muted small ellipsis">{words.text}</span>
                      </button>
                    </td>
                    <td>
                      <Share count={count} of={tables.count} />
                    </td>
                    <td className="r">{formatCount(count)}</td>
                    <td className="r t2">{formatShare(count / tables.count)}</td>
                  </tr>
                  {isOpen && (
                    <tr className="opened">
                      <td colSpan={4}>
                        <p>{words.text}</p>
                        <div className="advice">
                          <h3 className="small muted">{t('events.advice')}</h3>
                          <p>{words.advice}</p>
                        </div>
                        <div className="row">
                          <a className="button compact" href={`#/events?filter=kind:drop+reason:${reason}`}>
                            {t('drops.recent')}
                          </a>
                          <CopyButton
                            compact
                            label={t('action.copy')}
                            text={`${reason} ${count}: ${words.text} ${words.advice}`}
                          />
                        </div>
                      </td>
                    </tr>
                  )}
                </Fragment>
              );
            })}
            {tables.other > 0 && (
              <tr>
                <td className="muted">{t('word.others')}</td>
                <td>
                  <Share count={tables.other} of={tables.count} />
                </td>
                <td className="r">{formatCount(tables.other)}</td>
                <td className="r t2">{formatShare(tables.other / tables.count)}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

interface CountsProps<Row> {
  title: string;
  about?: string;
  rows: readonly Row[];
  total: number;
  className: string;
  keyOf: (row: Row) => string;
  name: (row: Row) => React.ReactNode;
}

function CountsPanel<Row extends { count: number }>({ title, about, rows, total, className, keyOf, name }: CountsProps<Row>) {
  const t = useText();
  const rest = rows.length - SHOWN;
  return (
    <Panel title={title} about={about} className={className} footer={rest > 0 ? t('top.more', { count: rest }) : undefined}>
      <table className="table">
        <colgroup>
          <col />
          <col className="w-share low" />
          <col className="w-rate" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('column.name')}</th>
            <th scope="col" className="low">
              <span className="visually-hidden">{t('column.share')}</span>
            </th>
            <NumberHead>{t('drops.count')}</NumberHead>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map(row => (
            <tr key={keyOf(row)}>
              <td>{name(row)}</td>
              <td className="low">
                <Share count={row.count} of={total} />
              </td>
              <td className="r">{formatCount(row.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** To whom the packets belonged, and where in the kernel they ended. */
export function WhoAndWhere({ tables }: { tables: DropTables }) {
  const t = useText();
  return (
    <div className="grid">
      <CountsPanel
        className="span-6 narrow-12"
        title={t('drops.processes')}
        about={t('drops.processes_about')}
        rows={tables.processes}
        total={tables.count}
        keyOf={({ pid, program }) => `${pid} ${program}`}
        name={({ pid, program }) =>
          pid === null && program === '-' ? (
            <span className="muted">{t('drops.no_process')}</span>
          ) : (
            <ProgramLink name={program} pid={pid} />
          )
        }
      />
      <CountsPanel
        className="span-6 narrow-12"
        title={t('drops.locations')}
        rows={tables.locations}
        total={tables.count}
        keyOf={({ location }) => location ?? ''}
        name={({ location }) =>
          location === null ? (
            <span className="muted">{t('drops.locations_hidden')}</span>
          ) : (
            <span className="mono">{location}</span>
          )
        }
      />
    </div>
  );
}
