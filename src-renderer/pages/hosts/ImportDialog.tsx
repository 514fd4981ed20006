import type { HostImport } from '@shared/model/host';
import { HOST_IMPORT_FORMATS, type HostImportFormat } from '@shared/model/host-import-formats';
import { CircleCheck, FileUp, Info } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { Modal } from '../../components/Modal';
import { Failure } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { counted, useText } from '../../i18n';
import { failureOf, type ToolFailure } from '../../store/use-tool';
import { formatOf } from './form';
import { importHosts } from './host-tools';

/** As much as the engine takes. */
const LARGEST_BYTES = 1024 * 1024;

function Imported({ result }: { result: HostImport }) {
  const t = useText();
  return (
    <div className="col" role="status">
      <p className="row">
        <CircleCheck size={16} className="good" aria-hidden />
        <b>{t('hosts.imported', counted(result.added.length))}</b>
      </p>
      {result.added.length > 0 && <p className="t2 wrap-anywhere">{result.added.join(', ')}</p>}
      {result.passwords > 0 && (
        <p className="advice">{t(result.secrets_lasting ? 'hosts.secrets_keychain' : 'hosts.secrets_memory')}</p>
      )}
      {result.skipped.length > 0 && (
        <>
          <h3>{t('hosts.skipped', counted(result.skipped.length))}</h3>
          <dl className="facts">
            {result.skipped.map(({ name, why }) => (
              <div key={`${name} ${why}`} className="contents">
                <dt className="wrap-anywhere">{name}</dt>
                <dd>{why}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {result.notes.map(note => (
        <p key={note} className="row t2">
          <Info size={14} className="notice" aria-hidden /> {note}
        </p>
      ))}
    </div>
  );
}

/** Hosts from ~/.ssh/config or from a list of remote_hosts: a file that is chosen, or pasted text. */
export function ImportDialog({ onClose, onImported }: { onClose: () => void; onImported: () => void }) {
  const t = useText();
  const [text, setText] = useState('');
  const [file, setFile] = useState('');
  const [format, setFormat] = useState<HostImportFormat | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [result, setResult] = useState<HostImport | null>(null);
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  const [running, setRunning] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const meant = format ?? formatOf(file, text);
  async function read(chosen: File): Promise<void> {
    setFailure(null);
    setTooLarge(chosen.size > LARGEST_BYTES);
    if (chosen.size > LARGEST_BYTES) return;
    setFile(chosen.name);
    setFormat(null);
    setText(await chosen.text());
  }
  async function run(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (text.trim() === '' || running) return;
    setRunning(true);
    const reply = await importHosts(meant, text);
    setRunning(false);
    if (!reply.success) return setFailure(failureOf(reply));
    // It may hold passwords: nothing of it stays on the page.
    setText('');
    setFailure(null);
    setResult(reply.data);
    onImported();
  }
  return (
    <Modal title={t('hosts.import_title')} open onClose={onClose} className="host">
      {result ? (
        <div className="col">
          <Imported result={result} />
          <div className="row">
            <button type="button" className="button primary" onClick={onClose}>
              {t('action.done')}
            </button>
          </div>
        </div>
      ) : (
        <form className="col" onSubmit={event => void run(event)}>
          <p className="t2">{t('hosts.import_about')}</p>
          <div className="row wrap">
            <input
              ref={input}
              type="file"
              hidden
              aria-label={t('hosts.import_file')}
              onChange={event => {
                const chosen = event.target.files?.[0];
                if (chosen) void read(chosen);
                event.target.value = '';
              }}
            />
            <button type="button" className="button" onClick={() => input.current?.click()}>
              <FileUp size={14} aria-hidden /> {t('hosts.import_file')}
            </button>
            {file !== '' && <span className="muted ellipsis">{file}</span>}
          </div>
          <label className="labelled">
            <span>{t('hosts.import_text')}</span>
            <textarea
              className="mono import-text"
              rows={10}
              spellCheck={false}
              autoComplete="off"
              maxLength={LARGEST_BYTES}
              value={text}
              placeholder={'Host web-1\n  HostName 192.0.2.10\n  User root\n  ProxyJump bastion'}
              onChange={event => {
                setText(event.target.value);
                setTooLarge(false);
              }}
            />
          </label>
          {tooLarge && <p className="small critical">{t('hosts.import_too_large')}</p>}
          <div className="labelled">
            <span>{t('hosts.import_format')}</span>
            <Segment
              label={t('hosts.import_format')}
              value={meant}
              onChange={setFormat}
              options={HOST_IMPORT_FORMATS.map(value => ({ value, label: t(`hosts.format_${value}`) }))}
            />
          </div>
          {failure && <Failure failure={failure} />}
          <div className="row">
            <button type="submit" className="button primary" disabled={text.trim() === '' || running}>
              {t('hosts.import')}
            </button>
            <button type="button" className="button" onClick={onClose}>
              {t('action.cancel')}
            </button>
          </div>
        </form>
      )}
    </Modal>
  );
}
