import type { EventsBlind } from '@shared/model/event';
import { type Text, translate } from '@shared/text/index';
import { EyeOff } from 'lucide-react';
import { useLanguage, useText } from '../i18n';
import { Banner } from './Banner';
import { CopyButton } from './CopyButton';
import { Note } from './Panel';

/** The one command that mends it: what stands between back quotes in the hint. */
export function commandIn(hint: string): string | null {
  return /`([^`]+)`/.exec(hint)?.[1] ?? null;
}

function useWords(blind: EventsBlind) {
  const t = useText();
  const language = useLanguage();
  const word = (message: string | Text): string => translate(message, language);
  return { t, title: t(`events.blind_${blind.code}`), reason: word(blind.reason), hint: word(blind.hint) };
}

/** In the place of rows there are none of: why nothing is seen, and what it takes. Never an empty list. */
export function BlindNote({ blind }: { blind: EventsBlind }) {
  const { t, title, reason, hint } = useWords(blind);
  const command = commandIn(hint);
  return (
    <Note
      icon={EyeOff}
      title={title}
      actions={
        blind.code === 'starting' ? undefined : (
          <>
            <a className="button" href="#/settings?section=privileges">
              {t('ability.link')}
            </a>
            {command && <CopyButton label={t('action.copy_command')} text={command} />}
          </>
        )
      }
    >
      <p>{reason}</p>
      {hint && <p>{hint.replaceAll('`', '')}</p>}
      <p className="muted">{t('events.blind_still')}</p>
    </Note>
  );
}

/** Above rows that are from before. */
export function BlindBanner({ blind }: { blind: EventsBlind }) {
  const { t, title, reason, hint } = useWords(blind);
  return (
    <Banner
      title={title}
      action={
        <a className="button" href="#/settings?section=privileges">
          {t('ability.link')}
        </a>
      }
    >
      {[reason, hint.replaceAll('`', '')].filter(Boolean).join(t('word.sentence_gap'))}
    </Banner>
  );
}
