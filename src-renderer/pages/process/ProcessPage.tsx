import { CircleHelp } from 'lucide-react';
import { useAbout } from '../../app/router';
import { Note, Panel } from '../../components/Panel';
import { PageHead } from '../../components/Verdict';
import { useText } from '../../i18n';
import { parseProcess } from '../../store/process-traffic';
import { ProcessList } from './ProcessList';
import { ProcessView } from './ProcessView';

/** #/process: who uses the network. #/process/1234: all about one of them. */
export function ProcessPage() {
  const t = useText();
  const about = useAbout();
  if (about === null) return <ProcessList />;
  const name = parseProcess(about);
  if (name) return <ProcessView key={about} name={name} />;
  return (
    <div className="page">
      <PageHead title={t('page.process')} severity="unknown" verdict={t('process.gone', { pid: about })} />
      <Panel title={t('process.about')}>
        <Note
          icon={CircleHelp}
          title={t('process.gone', { pid: about })}
          actions={<a href="#/process">{t('process.list_title')}</a>}
        />
      </Panel>
    </div>
  );
}
