import { NetsondeError } from '@shared/errors';
import { FIELDS } from '@shared/filter/fields';
import { type Filter, parseFilter } from '@shared/filter/filter';
import type { EventKind } from '@shared/model/event-kinds';
import type { Coverage, Source } from '@shared/model/source';
import { type Language, text, translate } from '@shared/text/index';
import type { KernelFeed, KernelNames } from '../../collectors/events/kernel-feed';
import type { Host } from '../../hosts/host';
import type { Clock } from '../clock';
import { type Describer } from './describe';
import type { ProcessOrigins } from './process-origins';
import type { EventSeconds } from './seconds';
import type { EventStore, Shelf } from './store';
import { SHELVES } from './store';
import type { Watch } from './watch';

/** What every question about events needs. */
export interface EventParts {
  /** Whose events these are. */
  host: Host;
  clock: Clock;
  feed: KernelFeed;
  store: EventStore;
  watch: Watch;
  seconds: EventSeconds;
  describer: Describer;
  origins: ProcessOrigins;
  kernelNames(): KernelNames | null;
  refreshUsers(): Promise<void>;
}

/** Whose events, and in which words the answer is. */
export interface EventQuestion {
  pid?: number | undefined;
  process_name?: string | undefined;
  query?: string | undefined;
  language: Language;
}

/** The helper answers within milliseconds; under full load of the machine it may take longer. */
const FLUSH_TIMEOUT_MS = 2_000;
/** Loading takes 0.2 s, under load a second: a question in that time waits for it. */
const START_PATIENCE_MS = 3_000;

/** Which part of the helper tells of a shelf. Without it there is nothing to tell; without another one only less. */
const NEEDED: Record<Shelf, string> = { connections: 'tcp_events', packets: 'drops', local: 'connects' };
const USEFUL: Record<Shelf, readonly string[]> = {
  connections: ['connects', 'connect_errno', 'udp_flows'],
  packets: [],
  local: [],
};

/**
 * Waits until everything that has happened is in the store.
 * @throws NetsondeError unsupported or permission_denied where nothing was ever seen; with a history a lost helper is a gap in it
 */
export async function catchUp(parts: EventParts, host: Host, shelf: Shelf): Promise<void> {
  if (host !== parts.host)
    throw new NetsondeError('unsupported', text('events.only_local', { host: host.name }), {
      hint: text('events.only_local_hint', { host: host.name }),
    });
  const { feed, watch, clock } = parts;
  if (feed.state.state === 'blind' && feed.state.blind.code === 'starting') {
    let stop = (): void => {};
    await Promise.race([feed.settled(), new Promise<void>(resolve => (stop = clock.after(START_PATIENCE_MS, resolve, true)))]);
    stop();
  }
  if (feed.state.state === 'blind') {
    if (watch.sinceMs !== null) return;
    const { code, blind } = feed.state;
    throw new NetsondeError(code, blind.reason, { hint: blind.hint });
  }
  const missing = feed.state.names.missing.find(({ name }) => name === NEEDED[shelf]);
  if (missing) throw new NetsondeError('unsupported', text('events.not_loaded', { why: missing.detail || missing.name }));
  // Lost in between is a gap like any other.
  const locations = shelf === 'packets' ? parts.describer.loadLocations() : undefined;
  await Promise.all([feed.flush(FLUSH_TIMEOUT_MS).catch(() => {}), parts.refreshUsers(), locations]);
}

/** How the numbers came about, and what they cannot hold. @param askedSinceMs the beginning of the time asked for */
export function tellSource(
  parts: EventParts,
  shelf: Shelf,
  startedMs: number,
  askedSinceMs: number | null,
  language: Language,
  more: readonly string[] = [],
  /** The numbers reach further back than the events that are kept. */
  isWhole = false,
): { source: Source; coverage: Coverage } {
  const { feed, watch, clock, store } = parts;
  const kinds: readonly EventKind[] = SHELVES[shelf];
  const keptBootMs = store.keptSinceBootMs(shelf);
  const keptSinceMs = keptBootMs === null || isWhole ? null : keptBootMs + watch.bootToWallMs;
  const coverage = watch.coverage(kinds, language, keptSinceMs);
  const blind = feed.state.state === 'blind' ? feed.state : null;
  const reason = blind?.blind.reason ?? feed.source.reason;
  const say = (key: Parameters<typeof text>[0], params = {}): string => translate(text(key, params), language);
  const caveats: string[] = [];
  if (askedSinceMs !== null && Date.parse(coverage.since) > askedSinceMs + 1_000)
    caveats.push(say(keptSinceMs === null ? 'events.began' : 'events.evicted', { since: coverage.since }));
  if (coverage.lost > 0) caveats.push(say('events.lost', { lost: coverage.lost, since: coverage.since }));
  for (const { name, detail } of parts.kernelNames()?.missing ?? [])
    if (USEFUL[shelf].includes(name)) caveats.push(say('events.missing', { name, detail }));
  return {
    coverage,
    source: {
      backend: feed.source.backend,
      privileged: feed.source.privileged,
      degraded: reason !== null,
      reason: reason && translate(reason, language),
      remedies: blind ? [{ backend: feed.source.backend, code: blind.code, hint: translate(blind.blind.hint, language) }] : [],
      sampled_at: new Date(startedMs).toISOString(),
      duration_ms: Math.max(0, clock.wallMs() - startedMs),
      rtt_ms: null,
      caveats: [...caveats, ...more],
    },
  };
}

/** @throws NetsondeError invalid_argument with the place of the mistake */
export function readEventFilter(query: string | undefined): Filter | null {
  if (query === undefined) return null;
  const parsed = parseFilter(query);
  if (parsed.ok) {
    const foreign = parsed.filter.terms.find(({ field }) => field !== null && FIELDS.get(field)?.only === 'sockets');
    if (!foreign) return parsed.filter;
    // Nothing would match, and look like nothing happened.
    throw new NetsondeError('invalid_argument', text('events.sockets_only', { field: foreign.field ?? '' }));
  }
  throw new NetsondeError('invalid_argument', parsed.message, {
    hint: text('connections.filter_hint', { position: parsed.position + 1 }),
  });
}

/** @throws NetsondeError invalid_argument */
export function readSince(since: string | undefined): number | null {
  if (since === undefined) return null;
  const at = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(since)
    ? Date.parse(since)
    : Number.NaN;
  if (Number.isNaN(at)) throw new NetsondeError('invalid_argument', text('events.since', { value: since }));
  return at;
}

/** How often each value occurs, most frequent first. */
export function tally<Row>(rows: readonly Row[], key: (row: Row) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
