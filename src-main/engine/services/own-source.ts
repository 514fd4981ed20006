import type { Source } from '@shared/model/source';

/** The source of an answer that the engine gives of itself, without a measuring program. */
export function ownSource(
  backend: string,
  startedMs: number,
  parts: Partial<Pick<Source, 'reason' | 'caveats' | 'degraded'>> = {},
): Source {
  return {
    backend,
    privileged: false,
    degraded: parts.degraded ?? false,
    reason: parts.reason ?? null,
    remedies: [],
    sampled_at: new Date(startedMs).toISOString(),
    duration_ms: Date.now() - startedMs,
    rtt_ms: null,
    caveats: parts.caveats ?? [],
  };
}
