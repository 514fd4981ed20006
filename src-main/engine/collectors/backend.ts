import { type ErrorCode, NetsondeError } from '@shared/errors';
import type { MeasuredSource } from '@shared/model/source';
import { type Text, text } from '@shared/text/index';
import type { Host } from '../hosts/host';

/** One way to measure one thing. */
export interface Backend<Query, Row> {
  readonly name: string;
  readonly privileged: boolean;
  /** Systems it can work on; elsewhere it is passed over without a word. */
  readonly platforms: readonly Host['platform'][];
  /** Whether Netsonde was started so that it may exist; left out: always. */
  readonly isOffered?: (host: Host) => boolean;
  collect: (host: Host, query: Query, signal?: AbortSignal) => Promise<Row[]>;
}

const FALL_BACK_ON = new Set<ErrorCode>(['tool_missing', 'permission_denied', 'unsupported', 'unreadable_output']);

/** A round trip longer than this makes remote samples doubtful (tool-contract section 1). */
const SLOW_RTT_MS = 100;

/** Uses the first backend that works, best first, and says why the better ones did not. */
export async function collectWithFallback<Query, Row>(
  backends: readonly Backend<Query, Row>[],
  host: Host,
  query: Query,
  signal?: AbortSignal,
): Promise<{ rows: Row[]; source: MeasuredSource }> {
  const skipped: Text[] = [];
  const remedies: MeasuredSource['remedies'] = [];
  let last: NetsondeError | undefined;
  for (const { name, privileged, platforms, isOffered, collect } of backends) {
    if (!platforms.includes(host.platform) || isOffered?.(host) === false) continue;
    const startedAt = new Date();
    const startedMs = performance.now();
    try {
      const rows = await collect(host, query, signal);
      const duration_ms = Math.round((performance.now() - startedMs) * 10) / 10;
      const reason = skipped.length > 0 ? text('source.list', { list: skipped }) : null;
      const caveats =
        host.rttMs !== null && host.rttMs > SLOW_RTT_MS
          ? [text('source.slow', { host: host.name, ms: Math.round(host.rttMs) })]
          : [];
      return {
        rows,
        source: {
          backend: name,
          privileged,
          degraded: reason !== null,
          reason,
          remedies,
          sampled_at: startedAt.toISOString(),
          duration_ms,
          rtt_ms: host.rttMs,
          caveats,
        },
      };
    } catch (thrown) {
      if (!(thrown instanceof NetsondeError) || !FALL_BACK_ON.has(thrown.code)) throw thrown;
      skipped.push(text('source.skipped', { backend: name, why: thrown.text }));
      remedies.push({ backend: name, code: thrown.code, hint: thrown.hintText });
      last = thrown;
    }
  }
  throw new NetsondeError(last?.code ?? 'unsupported', text('source.nothing', { host: host.name, why: skipped }), {
    hint: last?.hintText ?? text('source.no_way', { platform: host.platform }),
    cause: last,
  });
}
