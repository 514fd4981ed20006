import type { InterfaceSample } from '@shared/model/interface';
import type { Source } from '@shared/model/source';
import { formatAge, formatMilliseconds } from '@shared/units';
import { useText } from '../i18n';
import { selectCounterBackend, useStatus } from '../store/status';

/** Where a number comes from: backend, age, cost, and what could not be seen. */
export function SourceWords({ source, sampledMs }: { source: Source | null; sampledMs?: number | null }) {
  const t = useText();
  if (!source) return <>{t('source.none')}</>;
  const at = sampledMs ?? Date.parse(source.sampled_at);
  const age = Math.max(0, (Date.now() - at) / 1000);
  return (
    <>
      {t('source.words', { backend: source.backend, age: formatAge(age), cost: formatMilliseconds(source.duration_ms) })}
      {source.reason && (
        <>
          <br />
          {t('source.instead', { reason: source.reason })}
        </>
      )}
      {source.caveats.map(caveat => (
        <span key={caveat}>
          <br />
          {caveat}
        </span>
      ))}
    </>
  );
}

/** Where rates and counts of interfaces come from. */
export function CounterSource({ newest }: { newest: InterfaceSample | undefined }) {
  const t = useText();
  const backend = useStatus(selectCounterBackend);
  if (!newest) return <>{t('source.none')}</>;
  const age = formatAge(Math.max(0, (Date.now() - newest.at_ms) / 1000));
  return <>{t('source.counters', { backend, age, seconds: (newest.interval_ms / 1000).toFixed(2) })}</>;
}
