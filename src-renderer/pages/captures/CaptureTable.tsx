import type { CaptureSummary } from '@shared/model/capture';
import { formatBytes, formatClock, formatCount, formatIso } from '@shared/units';
import { GitCompare, Inbox, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { goTo } from '../../app/router';
import { Modal } from '../../components/Modal';
import { NumberHead } from '../../components/NumberHead';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Count } from '../../components/Quantity';
import { SeverityIcon } from '../../components/Verdict';
import { useText } from '../../i18n';
import { isCapturing, useCaptures } from '../../store/captures';
import { useNow } from '../../store/use-now';
import { callTool } from '../../store/use-tool';
import { captureName, isElsewhere, secondsLeft, severityOf, stateWords } from './capture-words';

const sizeWords = (bytes: number): string => `${formatBytes(bytes).number}\u00a0${formatBytes(bytes).unit}`;
const reportHref = (session: string): string => `#/report?session=${session}`;

interface RowProps {
  capture: CaptureSummary;
  now: number;
  picked: boolean;
  onPick: (on: boolean) => void;
  onDelete: () => void;
}

function CaptureRow({ capture, now, picked, onPick, onDelete }: RowProps) {
  const t = useText();
  const { session_id, kind, status, mode, packets, rate, verdict, worst, problem, started_at, saved_bytes } = capture;
  const left = secondsLeft(capture, now);
  const began = Date.parse(started_at);
  const name = captureName(capture);
  // Nothing has been judged before the first packet.
  const words = isCapturing(capture) && packets === 0 ? t('report.no_packets_yet') : (verdict ?? problem ?? '–');
  return (
    <tr data-testid={`capture-${session_id}`}>
      <td>
        <input
          type="checkbox"
          checked={picked}
          disabled={status === 'running' && kind === 'file'}
          aria-label={t('capture.compare_pick', { name })}
          onChange={event => onPick(event.target.checked)}
        />
      </td>
      <td>
        <a href={reportHref(session_id)} className="mono">
          {capture.title}
        </a>{' '}
        {isElsewhere(capture.host) && <span className="tag">{capture.host}</span>}{' '}
        <span className="muted small">
          {[
            mode && t(`capture_mode.${mode}`),
            capture.interface,
            saved_bytes !== null && t('capture.saved', { size: sizeWords(saved_bytes) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </td>
      <td title={problem ?? undefined}>
        <span className={status === 'running' ? 'strong' : 't2'}>{stateWords(t, capture)}</span>
        {left !== null && <span className="muted small"> {t('capture.left', { seconds: left })}</span>}
      </td>
      <td className="low" title={formatIso(began)}>
        {formatClock(began)}
      </td>
      <td className="r">
        <Count value={packets} format={formatCount} />
      </td>
      <td className="r low">{rate === null ? '' : t('capture.per_second', { count: formatCount(rate) })}</td>
      <td title={words}>
        <span className="row">
          <SeverityIcon severity={severityOf(worst, verdict !== null && packets > 0)} size={14} />
          <span className="ellipsis">{words}</span>
        </span>
      </td>
      <td className="r">
        {isCapturing(capture) && (
          <button
            type="button"
            className="button quiet icon"
            aria-label={`${t('capture.stop')}: ${name}`}
            title={t('capture.stop')}
            onClick={() => void callTool('stop_packet_capture', { session_id })}
          >
            <Square size={14} aria-hidden />
          </button>
        )}
        <button
          type="button"
          className="button quiet icon"
          aria-label={`${t('capture.delete')}: ${name}`}
          title={t('capture.delete')}
          onClick={onDelete}
        >
          <Trash2 size={14} aria-hidden />
        </button>
      </td>
    </tr>
  );
}

function DeleteDialog({ capture, onClose }: { capture: CaptureSummary; onClose: () => void }) {
  const t = useText();
  const { saved_files, saved_bytes, session_id } = capture;
  return (
    <Modal title={t('capture.delete_title', { name: captureName(capture) })} open onClose={onClose}>
      <div className="col">
        {isCapturing(capture) && <p>{t('capture.delete_running')}</p>}
        <p className="t2">
          {saved_files.length === 0
            ? t('capture.delete_report')
            : t('capture.delete_saved', {
                file: saved_files.map(({ file }) => file).join(', '),
                size: sizeWords(saved_bytes ?? 0),
              })}
        </p>
        <div className="row">
          <button
            type="button"
            className="button primary"
            onClick={() => {
              void callTool('remove_capture', { session_id });
              onClose();
            }}
          >
            {t('capture.delete')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t('action.cancel')}
          </button>
        </div>
      </div>
    </Modal>
  );
}

/** Captures and analysed files, newest first: open, stop, delete, and two of them beside each other. */
export function CaptureTable() {
  const t = useText();
  const { captures, ready } = useCaptures();
  const now = useNow(captures.some(isCapturing));
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [deleting, setDeleting] = useState<string | null>(null);
  const known = picked.filter(id => captures.some(({ session_id }) => session_id === id));
  const [first, second] = known;
  const asked = captures.find(({ session_id }) => session_id === deleting);
  return (
    <Panel
      title={t('capture.list')}
      about={t('capture.list_about')}
      end={
        captures.length > 1 && (
          <button
            type="button"
            className="button compact"
            disabled={second === undefined}
            title={t('capture.compare_hint')}
            onClick={() => first !== undefined && second !== undefined && goTo('report', { session: first, with: second })}
          >
            <GitCompare size={14} aria-hidden /> {t('capture.compare')}
          </button>
        )
      }
    >
      {!ready ? (
        <Skeleton rows={4} />
      ) : captures.length === 0 ? (
        <Note icon={Inbox} title={t('capture.none')}>
          <p>{t('capture.none_why')}</p>
        </Note>
      ) : (
        <div className="scroll-x">
          <table className="table roomy captures-table">
            <thead>
              <tr>
                <th scope="col" className="w-pick">
                  <span className="visually-hidden">{t('capture.compare')}</span>
                </th>
                <th scope="col">{t('capture.what')}</th>
                <th scope="col" className="w-capture-state">
                  {t('capture.state')}
                </th>
                <th scope="col" className="low w-began">
                  {t('capture.began')}
                </th>
                <th scope="col" className="r w-packets">
                  {t('capture.packets')}
                </th>
                <NumberHead low>{t('capture.rate')}</NumberHead>
                <th scope="col" className="w-verdict">
                  {t('capture.result')}
                </th>
                <th scope="col" className="r w-actions">
                  <span className="visually-hidden">{t('capture.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {captures.map(capture => (
                <CaptureRow
                  key={capture.session_id}
                  capture={capture}
                  now={now}
                  picked={known.includes(capture.session_id)}
                  // The third one takes the place of the older of two.
                  onPick={on =>
                    setPicked(on ? [...known.slice(-1), capture.session_id] : known.filter(id => id !== capture.session_id))
                  }
                  onDelete={() => setDeleting(capture.session_id)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asked && <DeleteDialog capture={asked} onClose={() => setDeleting(null)} />}
    </Panel>
  );
}
