import { formatShare } from '@shared/units';
import { FileUp, Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { goTo } from '../../app/router';
import { Failure } from '../../components/Panel';
import { useText } from '../../i18n';
import { useUploads } from '../../store/uploads';

/** Over the bridge of the desktop app no file can be handed to the engine. */
export const CAN_UPLOAD = window.netsonde === undefined;

async function openReport(file: File | undefined): Promise<void> {
  if (!file) return;
  const session = await useUploads.getState().analyse(file);
  // Who went elsewhere meanwhile finds it in the list.
  if (session !== null && location.hash.startsWith('#/captures')) goTo('report', { session });
}

export function OpenFileButton() {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  if (!CAN_UPLOAD) return null;
  return (
    <>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('capture.open_file')}
        onChange={event => {
          void openReport(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <button type="button" className="button" title={t('capture.open_file_hint')} onClick={() => input.current?.click()}>
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
    if (!CAN_UPLOAD) return;
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
      void openReport(event.dataTransfer?.files[0]);
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
