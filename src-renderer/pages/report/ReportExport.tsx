import { reportHtml } from '@shared/capture-report/html';
import { reportMarkdown } from '@shared/capture-report/markdown';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { download, fileName } from '../../components/download';
import { Menu } from '../../components/Menu';
import { Modal } from '../../components/Modal';
import { Failure } from '../../components/Panel';
import { useLanguage, useText } from '../../i18n';
import { useStatus } from '../../store/status';
import { failureOf, type ToolFailure } from '../../store/use-tool';
import { readWhole } from './use-report';

type Form = 'html' | 'markdown' | 'json';

/** Saves the whole report, with every row that is kept, or the page as PDF: by the desktop app, else as the browser prints. */
export function ReportExport({ session, name }: { session: string; name: string }) {
  const t = useText();
  const language = useLanguage();
  const version = useStatus(state => state.status?.version ?? '');
  const [collecting, setCollecting] = useState<AbortController | null>(null);
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  async function save(form: Form): Promise<void> {
    const abort = new AbortController();
    setCollecting(abort);
    try {
      const analysis = await readWhole(session, abort.signal);
      const head = { name, language, version, made_at: new Date().toISOString() };
      const file = `report-${name}`;
      if (form === 'html') download(fileName(file, 'html'), reportHtml(analysis, head), 'text/html;charset=utf-8');
      else if (form === 'markdown') download(fileName(file, 'md'), reportMarkdown(analysis, head), 'text/markdown;charset=utf-8');
      else download(fileName(file, 'json'), JSON.stringify(analysis, null, 2), 'application/json');
    } catch (thrown) {
      const failed = thrown as ToolFailure; // readWhole throws nothing else
      if (!abort.signal.aborted) setFailure(failed);
    } finally {
      setCollecting(null);
    }
  }
  async function savePdf(): Promise<void> {
    if (!window.netsonde) return print();
    const reply = await window.netsonde.file({ kind: 'pdf', name: fileName(`report-${name}`, 'pdf').slice(-255) });
    if (!reply.success) setFailure(failureOf(reply));
  }
  if (collecting) {
    return (
      <button type="button" className="button" onClick={() => collecting.abort()}>
        {t('report.exporting')} · {t('action.cancel')}
      </button>
    );
  }
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="button">
            <Download size={14} aria-hidden /> {t('report.export')}
          </button>
        }
        entries={[
          { id: 'html', label: 'HTML', onSelect: () => void save('html') },
          { id: 'markdown', label: 'Markdown', onSelect: () => void save('markdown') },
          { id: 'json', label: 'JSON', onSelect: () => void save('json') },
          { id: 'print', label: window.netsonde ? 'PDF' : t('report.print'), onSelect: () => void savePdf() },
        ]}
      />
      <Modal title={t('report.export')} open={failure !== null} onClose={() => setFailure(null)}>
        {failure && <Failure failure={failure} />}
      </Modal>
    </>
  );
}
