import type { StreamMap } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import type { DropList, DropSummary } from '@shared/model/drop';
import type { ConnectionEventList, NetworkSummary } from '@shared/model/event';
import { EVENT_KINDS } from '@shared/model/event-kinds';
import type { Insights, PatternAnalysis } from '@shared/model/patterns';
import { type Language, text } from '@shared/text/index';
import {
  createKernelFeed,
  type FeedState,
  KERNEL_SOURCE,
  type KernelFeed,
  type KernelNames,
} from '../../collectors/events/kernel-feed';
import { localNames, remoteNames } from '../../collectors/events/names';
import { createSampledFeed } from '../../collectors/events/sampled-feed';
import type { Host } from '../../hosts/host';
import type { Clock } from '../clock';
import type { Stop } from '../stream';
import type { Users } from '../users';
import { type ListQuestion, listConnectionEvents, type SummaryQuestion, summarizeConnections } from './connection-history';
import { createDescriber } from './describe';
import { type DropListQuestion, type DropSummaryQuestion, listDrops, summarizeDrops } from './drop-history';
import { giveInsights } from './insights';
import { createLiveEvents } from './live';
import { analyzePatterns } from './pattern-analysis';
import { createProcessOrigins } from './process-origins';
import { type EventParts, readEventFilter } from './reader';
import { createEventSeconds } from './seconds';
import { createEventStore, readOwner } from './store';
import { createWatch } from './watch';

/** What the kernel told since Netsonde began to watch. Every answer says what was watched, and fails where nothing can be. */
export interface EventService {
  connections(host: Host, question: ListQuestion): Promise<ConnectionEventList>;
  summary(host: Host, question: SummaryQuestion): Promise<NetworkSummary>;
  patterns(host: Host, question: SummaryQuestion): Promise<PatternAnalysis>;
  drops(host: Host, question: DropListQuestion): Promise<DropList>;
  dropSummary(host: Host, question: DropSummaryQuestion): Promise<DropSummary>;
  /** Never fails for want of a helper or a model. */
  insights(host: Host, summaryText: string, language: Language): Promise<Insights>;
  live(params: StreamMap['kernel_event']['params'], onEvent: (event: StreamMap['kernel_event']['event']) => void): Stop;
  rates(onEvent: (event: StreamMap['event_rate']['event']) => void): Stop;
  dropRates(onEvent: (event: StreamMap['drop_rate']['event']) => void): Stop;
  stop: Stop;
}

export interface EventServiceOptions {
  host: Host;
  clock: Clock;
  users: Users;
  language: () => Language;
}

/** Watches from the start: history begins when Netsonde does. */
export function createEventService({ host, clock, users, language }: EventServiceOptions): EventService {
  const feed =
    host.helper && host.platform === 'linux'
      ? createKernelFeed(host.helper)
      : host.platform === 'darwin' || host.kind === 'ssh'
        ? createSampledFeed(host, clock)
        : noFeed();
  let names: KernelNames | null = null;
  let userNames: ReadonlyMap<number, string> = new Map();
  const refreshUsers = async (): Promise<void> => {
    userNames = await users.names(host);
  };
  const watch = createWatch(clock);
  const lookups = host.kind === 'local' ? localNames() : remoteNames(host);
  const origins = createProcessOrigins(clock, lookups.origin);
  const describer = createDescriber({
    clock,
    origins,
    names: lookups,
    kernelNames: () => names,
    bootToWallMs: () => watch.bootToWallMs,
    users: () => userNames,
  });
  const seconds = createEventSeconds(clock, watch, describer);
  const store = createEventStore({
    onRecord(bytes, at, kind) {
      seconds.onRecord(bytes, at, kind);
      origins.note(...readOwner(bytes, at));
    },
    onRecords() {
      watch.onSign();
      live.onRecords();
    },
  });
  const live = createLiveEvents({
    clock,
    store,
    describer,
    blind: () => (feed.state.state === 'blind' ? feed.state.blind : null),
    coverage: () => watch.coverage(EVENT_KINDS, language()),
  });
  const stopFeed = feed.listen({
    onRecords: records => store.add(records),
    onCounts: (counts, bootToWallMs) => watch.onCounts(counts, bootToWallMs),
    onState(state) {
      if (state.state === 'ready') {
        ({ names } = state);
        void refreshUsers();
        void describer.loadLocations();
      }
      watch.onState(state);
      live.onState();
    },
  });
  const parts: EventParts = {
    host,
    clock,
    feed,
    store,
    watch,
    seconds,
    describer,
    origins,
    kernelNames: () => names,
    refreshUsers,
  };

  return {
    connections: (target, question) => listConnectionEvents(parts, target, question),
    summary: (target, question) => summarizeConnections(parts, target, question),
    patterns: (target, question) => analyzePatterns(parts, target, question),
    drops: (target, question) => listDrops(parts, target, question),
    dropSummary: (target, question) => summarizeDrops(parts, target, question),
    insights: (target, summaryText, words) => giveInsights(parts, target, summaryText, words),
    live: (params, onEvent) => live.listen(params, readEventFilter(params.query), onEvent),
    rates: onEvent => seconds.listenRates(onEvent),
    dropRates: onEvent => seconds.listenDrops(onEvent),
    stop() {
      stopFeed();
      seconds.stop();
    },
  };
}

/** Netsonde was started without a helper. */
function noFeed(): KernelFeed {
  const state: FeedState = {
    state: 'blind',
    code: 'unsupported',
    sinceMs: 0,
    blind: {
      code: 'unavailable',
      reason: text(process.platform === 'linux' ? 'helper.not_started' : 'helper.not_linux'),
      hint: '',
    },
  };
  return {
    source: KERNEL_SOURCE,
    state,
    settled: () => Promise.resolve(),
    flush: () => Promise.reject(new NetsondeError('unsupported', text('helper.not_started'))),
    listen(listener) {
      listener.onState(state);
      return () => {};
    },
  };
}
