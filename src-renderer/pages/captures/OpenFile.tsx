import { formatShare } from '@shared/units';
import { FileUp, Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { openReport } from '../../app/open-report';
import { Failure } from '../../components/Panel';
import { useText } from '../../i18n';
import { useUploads } from '../../store/uploads';

export function OpenFileButton() {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const port = window.netsonde;
  const choose = async (): Promise<void> => {
    if (port) await openReport(await port.file({ kind: 'choose' }));
    else input.current?.click();
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        onChange={event => {
          const file = event.target.files?.[0];
          if (file) void openReport(file);
          event.target.value = '';
        }}
      />
      <button type="button" className="button" title={t('capture.open_file_hint')} onClick={() => void choose()}>
        <FileUp size={14} aria-hidden /> {t('capture.open_file')}
      </button>
    </>
  );
}

/** How far the file is, with cancel; or why it could not be read. */
export function UploadState() {
  const t = useText();
  const running = useUploads(state => state.running);
  const failure = useUploads(state => state.failure);
  const cancel = useUploads(state => state.cancel);
  if (failure) return <Failure failure={failure} onRetry={undefined} />;
  if (!running) return null;
  return (
    <section className="panel upload" aria-label={t('capture.open_file')}>
      <div className="body row">
        <span className="ellipsis">{t(`capture.${running.step}`, { name: running.name })}</span>
        <progress className="grow" value={running.done} max={1} aria-label={t('capture.open_file')} />
        <span className="muted percent">{formatShare(running.done)}</span>
        <button type="button" className="button" onClick={cancel}>
          {t('action.cancel')}
        </button>
      </div>
    </section>
  );
}

const carriesFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** A file may be dropped anywhere on the page; the veil says so while it is over it. */
export function DropZone() {
  const t = useText();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    // Leaving for another element of the page is no leaving.
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file) void openReport(file);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className="drop-veil" aria-hidden>
      <Upload size={16} /> {t('capture.drop_here')}
    </div>
  );
}
