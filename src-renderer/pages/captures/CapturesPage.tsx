import type { Ability } from '@shared/model/status';
import { Lock } from 'lucide-react';
import { useHost } from '../../app/router';
import { commandIn } from '../../components/Blind';
import { CopyButton } from '../../components/CopyButton';
import { Note, Panel } from '../../components/Panel';
import { isCommand } from '../../components/remedy';
import { PageHead, type Severity } from '../../components/Verdict';
import { counted, useText } from '../../i18n';
import { isCapturing, useCaptures } from '../../store/captures';
import { useLink } from '../../store/link';
import { useStatus } from '../../store/status';
import { CaptureTable } from './CaptureTable';
import { DropZone, OpenFileButton, UploadState } from './OpenFile';
import { StartForm } from './StartForm';

/** Without the right to capture: what it takes, in the place where one would look for it. */
function Denied({ ability }: { ability: Ability }) {
  const t = useText();
  const { reason, remedy } = ability;
  const command = remedy === null ? null : isCommand(remedy) ? remedy : commandIn(remedy);
  return (
    <Panel title={t('capture.denied')}>
      <Note
        icon={Lock}
        title={reason ?? t('capture.denied')}
        actions={
          <>
            <a className="button" href="#/settings?section=privileges">
              {t('ability.link')}
            </a>
            {command && <CopyButton label={t('action.copy_command')} text={command} />}
          </>
        }
      >
        {remedy && <p className={command === remedy ? 'mono' : undefined}>{remedy.replaceAll('`', '')}</p>}
        <p className="muted">{t('capture.files_still')}</p>
      </Note>
    </Panel>
  );
}

function useVerdict(ability: Ability | undefined): { severity: Severity; words: string } {
  const t = useText();
  const { captures, ready } = useCaptures();
  if (!ready) return { severity: 'unknown', words: t('capture.loading') };
  if (captures.length === 0) {
    const isDenied = ability?.state === 'unavailable';
    return { severity: 'unknown', words: isDenied ? (ability.reason ?? t('capture.denied')) : t('capture.verdict_none') };
  }
  const running = captures.filter(isCapturing).length;
  const kept = captures.filter(({ status }) => status !== 'running').length;
  const troubled = captures.filter(({ worst }) => worst === 'critical' || worst === 'warning').length;
  return {
    severity: troubled > 0 ? 'warning' : 'good',
    words: [
      running > 0 ? t('capture.verdict_running', counted(running)) : '',
      kept > 0 ? t('capture.verdict_kept', counted(kept)) : '',
      troubled > 0 ? t('capture.verdict_troubled', counted(troubled)) : '',
    ]
      .filter(Boolean)
      .join(t('word.sentence_gap')),
  };
}

/** Starting captures, following them, and opening capture files. */
export function CapturesPage() {
  const t = useText();
  const ability = useStatus(state => state.status?.abilities.find(({ id }) => id === 'capture'));
  const lost = useLink(({ state }) => state === 'lost');
  const host = useHost();
  const { severity, words } = useVerdict(ability);
  return (
    <div className="page captures">
      <PageHead
        title={t('page.captures')}
        severity={lost ? 'unknown' : severity}
        verdict={
          <>
            {words}{' '}
            {host === null && ability && ability.state !== 'unavailable' && (
              <span className="muted">
                {[t('capture.ready', { backend: ability.backend ?? '' }), ability.state === 'degraded' ? ability.reason : null]
                  .filter(Boolean)
                  .join(t('word.sentence_gap'))}
              </span>
            )}
          </>
        }
        actions={<OpenFileButton />}
      />
      <UploadState />
      {host === null && ability?.state === 'unavailable' ? (
        <Denied ability={ability} />
      ) : (
        <StartForm key={host ?? ''} blocked={lost} />
      )}
      <CaptureTable />
      <DropZone />
    </div>
  );
}
