import { Download } from 'lucide-react';
import { useText } from '../i18n';
import { download, fileName } from './download';
import { Menu } from './Menu';

interface ExportMenuProps {
  /** Of the file. */
  what: string;
  /** Made when it is asked for. */
  csv: () => string;
  json: () => string;
}

/** Saves the rows of a list as they are shown. */
export function ExportMenu({ what, csv, json }: ExportMenuProps) {
  const t = useText();
  return (
    <Menu
      trigger={
        <button type="button" className="button">
          <Download size={14} aria-hidden /> {t('action.export')}
        </button>
      }
      entries={[
        { id: 'csv', label: 'CSV', onSelect: () => download(fileName(what, 'csv'), csv(), 'text/csv;charset=utf-8') },
        { id: 'json', label: 'JSON', onSelect: () => download(fileName(what, 'json'), json(), 'application/json') },
      ]}
    />
  );
}
