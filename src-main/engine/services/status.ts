import { readFileSync } from 'node:fs';
import { release, type as systemType, userInfo } from 'node:os';
import { asNetsondeError } from '@shared/errors';
import type { Ability, HelperStatus, Status } from '@shared/model/status';
import { type Language, text, translate } from '@shared/text/index';
import { helperSettled } from '../collectors/helper-session';
import type { Host } from '../hosts/host';
import { probeAbilities } from './abilities';
import { CAPABILITY, hasCapability } from './capabilities';
import type { Clock } from './clock';
import { ownSource } from './own-source';
import type { SocketOwners } from './socket-owners';
import { createPublisher, type Stop } from './stream';

export interface StatusService {
  read(language: Language): Promise<Status>;
  /** Worded in `language`, else in that of the settings. */
  listen(language: Language | undefined, onEvent: (event: Status) => void): Stop;
  /** Ids of what works, well or less well, at the last look. */
  abilities: () => string[];
  stop: Stop;
}

export interface StatusOptions {
  version: string;
  host: Host;
  owners: SocketOwners;
  clock: Clock;
  language: () => Language;
  listenerInfo: () => Status['endpoint'];
  notices: () => string[];
  mcpClients: () => number | null;
  callsRunning: () => number;
  canInstall: () => boolean;
}

const BEAT_MS = 5_000;
/** Looking costs five short processes: not more often than this. */
const ABILITIES_KEPT_MS = 15_000;

export function createStatusService(options: StatusOptions): StatusService {
  const { host, owners, clock } = options;
  const startedMs = clock.monotonicMs();
  const cpu = createCpuMeter(clock);
  const kept = new Map<Language, { atMs: number; abilities: Promise<Ability[]> }>();
  let working: string[] = [];

  const abilitiesIn = (language: Language): Promise<Ability[]> => {
    let known = kept.get(language);
    if (!known || clock.monotonicMs() - known.atMs > ABILITIES_KEPT_MS) {
      const abilities = probeAbilities(host, owners, ownPrivileges() !== 'none', language);
      known = { atMs: clock.monotonicMs(), abilities };
      kept.set(language, known);
      abilities.then(
        found => (working = found.filter(({ state }) => state !== 'unavailable').map(({ id }) => id)),
        () => kept.delete(language),
      );
    }
    return known.abilities;
  };

  const read = async (language: Language): Promise<Status> => {
    const begunMs = clock.wallMs();
    await helperSettled(host);
    const abilities = await abilitiesIn(language);
    const helper = { ...describeHelper(host, language), can_install: options.canInstall() };
    return {
      version: options.version,
      host: host.name,
      platform: platformText(),
      uptime_s: Math.round((clock.monotonicMs() - startedMs) / 1000),
      user: userName(),
      running_as_root: process.getuid?.() === 0,
      privileges: helper.way ?? ownPrivileges(),
      helper,
      abilities,
      engine: {
        cpu_percent: cpu.percent(),
        memory_bytes: process.memoryUsage.rss(),
        mcp_clients: options.mcpClients(),
        calls_running: options.callsRunning(),
      },
      endpoint: options.listenerInfo(),
      notices: options.notices(),
      source: ownSource('engine', begunMs),
    };
  };

  const publisher = createPublisher<void>(() => {
    let stopTimer: Stop = () => {};
    const beat = (): void => {
      stopTimer = clock.after(BEAT_MS, () => {
        publisher.publish();
        beat();
      });
    };
    beat();
    return () => stopTimer();
  });

  return {
    read,
    listen(language, onEvent) {
      let stopped = false;
      const tell = (): void => {
        read(language ?? options.language()).then(
          status => {
            if (!stopped) onEvent(status);
          },
          // A look that fails (no file descriptor left) is logged, and the next beat tries again.
          (thrown: unknown) =>
            console.error(JSON.stringify({ level: 'error', message: `Status: ${asNetsondeError(thrown).message}` })),
        );
      };
      if (!host.helper) tell();
      const stop = publisher.listen(tell);
      // A helper that is lost or back is told at once, with what that changes.
      const stopHelper = host.helper?.listen({
        onState: () => {
          kept.clear();
          tell();
        },
      });
      return () => {
        stopped = true;
        stopHelper?.();
        stop();
      };
    },
    abilities: () => working,
    stop: cpu.stop,
  };
}

/** CPU time of this process over the last five seconds, in percent of one core. */
function createCpuMeter(clock: Clock): { percent(): number | null; stop: Stop } {
  let last = { usage: process.cpuUsage(), atMs: clock.monotonicMs() };
  let percent: number | null = null;
  let stopTimer: Stop = () => {};
  const beat = (): void => {
    stopTimer = clock.after(BEAT_MS, () => {
      const now = { usage: process.cpuUsage(), atMs: clock.monotonicMs() };
      const usedMs = (now.usage.user - last.usage.user + now.usage.system - last.usage.system) / 1000;
      percent = Math.round((usedMs / (now.atMs - last.atMs)) * 1000) / 10;
      last = now;
      beat();
    });
  };
  beat();
  return { percent: () => percent, stop: () => stopTimer() };
}

function describeHelper({ helper }: Host, language: Language): Omit<HelperStatus, 'can_install'> {
  const nothing = {
    way: null,
    at: null,
    pid: null,
    kernel: null,
    reason: null,
    remedy: null,
    since: null,
    retry_at: null,
    features: [],
  };
  if (!helper) return { ...nothing, state: 'unavailable', reason: translate(text('helper.not_started'), language) };
  const { state } = helper;
  const iso = (ms: number): string => new Date(ms).toISOString();
  switch (state.state) {
    case 'starting':
      return { ...nothing, state: 'starting' };
    case 'ready': {
      const { pid, kernel, features } = state.facts;
      return {
        ...nothing,
        state: 'ready',
        way: state.way,
        at: state.at,
        pid,
        kernel,
        since: iso(state.since_ms),
        features: features.map(({ name, loaded, detail }) => ({ name, loaded, detail })),
      };
    }
    case 'lost':
      return {
        ...nothing,
        state: 'lost',
        reason: translate(text('helper.lost', { why: state.reason }), language),
        remedy: translate(text('helper.lost_hint'), language),
        since: iso(state.since_ms),
        retry_at: iso(state.retry_at_ms),
      };
    case 'unavailable':
      return {
        ...nothing,
        state: 'unavailable',
        reason: translate(state.reason, language),
        remedy: translate(state.hint, language) || null,
      };
  }
}

/** What this process may do by itself, without the helper. */
function ownPrivileges(): Status['privileges'] {
  if (process.getuid?.() === 0) return 'root';
  return hasCapability(CAPABILITY.NET_RAW) && hasCapability(CAPABILITY.NET_ADMIN) ? 'capabilities' : 'none';
}

function platformText(): string {
  let pretty: string | undefined;
  try {
    pretty = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    pretty = undefined; // macOS has no such file
  }
  return [pretty, `${systemType()} ${release()}`].filter(Boolean).join(', ');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? ''); // a uid without an entry in the user database
  }
}
