import type { Measured, MeasuredSource, Source } from '@shared/model/source';
import { type Language, translate } from '@shared/text/index';

/** A result with its source in the reader's language; one without a source stays as it is. */
export function wordSource<Result extends { source: Source }>(result: Measured<Result>, language: Language): Result;
export function wordSource(result: unknown, language: Language): unknown;
export function wordSource(result: unknown, language: Language): unknown {
  if (typeof result !== 'object' || result === null || !('source' in result)) return result;
  const source = result.source as MeasuredSource; // what every result calls source is one
  return {
    ...result,
    source: {
      ...source,
      reason: source.reason && translate(source.reason, language),
      remedies: source.remedies.map(remedy => ({ ...remedy, hint: translate(remedy.hint, language) })),
      caveats: source.caveats.map(caveat => translate(caveat, language)),
    },
  };
}
