import { FileQuestion } from 'lucide-react';
import { useParam } from '../../app/router';
import { Note, Panel } from '../../components/Panel';
import { PageHead } from '../../components/Verdict';
import { useText } from '../../i18n';
import { ComparePage } from './ComparePage';
import { OneReport } from './OneReport';

/** In the place of a report: why there is none, and the way to those there are. */
export function NoReport({ title, why }: { title: string; why: string }) {
  const t = useText();
  return (
    <div className="page">
      <PageHead title={t('page.report')} severity="unknown" verdict={title} />
      <Panel title={t('page.report')} titleHidden>
        <Note
          icon={FileQuestion}
          title={title}
          actions={
            <a className="button" href="#/captures">
              {t('report.to_captures')}
            </a>
          }
        >
          <p>{why}</p>
        </Note>
      </Panel>
    </div>
  );
}

/** The report of one capture or file, or two of them beside each other. */
export function ReportPage() {
  const t = useText();
  const [session] = useParam('session', '');
  const [other] = useParam('with', '');
  if (session === '') return <NoReport title={t('report.none_chosen')} why={t('capture.none_why')} />;
  if (other !== '') return <ComparePage key={`${session} ${other}`} first={session} second={other} />;
  return <OneReport key={session} session={session} />;
}
