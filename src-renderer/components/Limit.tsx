import type { Ability } from '@shared/model/status';
import { i18n, useText } from '../i18n';
import { Banner } from './Banner';
import { CopyButton } from './CopyButton';
import { isCommand } from './remedy';

/** In the window's language where this window knows the ability, else as the engine words it. */
export function abilityTitle({ id, title }: Ability): string {
  return i18n.exists(`abilities.${id}`) ? i18n.t(`abilities.${id}`) : title;
}

/** The one banner for what cannot be seen: why, and what it takes. Only what a shell understands can be copied. */
export function LimitBanner({ title, reason, remedy }: { title: string; reason: string | null; remedy: string | null }) {
  const t = useText();
  const command = remedy !== null && isCommand(remedy);
  return (
    <Banner title={title} action={command ? <CopyButton label={t('action.copy_command')} text={remedy} /> : undefined}>
      {[reason, command ? null : remedy].filter(Boolean).join(t('word.sentence_gap'))}
    </Banner>
  );
}

/** What an ordinary user cannot see, on every page that names processes. */
export function AbilityBanner({ ability }: { ability: Ability }) {
  return <LimitBanner title={abilityTitle(ability)} reason={ability.reason} remedy={ability.remedy} />;
}
