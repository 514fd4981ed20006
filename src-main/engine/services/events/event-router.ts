import type { Host } from '../../hosts/host';
import type { Clock } from '../clock';
import type { Stop } from '../stream';
import type { EventService } from './event-service';

/** A remote machine nobody asked about for this long is no longer watched. */
const WATCHED_MS = 15 * 60_000;

/**
 * Asks the history of the machine a question is about: this one's, or one that is kept of a remote machine from the first
 * question on, as long as questions come. Streams are of this machine.
 * @param make watches another machine, from now on
 */
export function routeEvents(local: EventService, clock: Clock, make: (host: Host) => EventService): EventService {
  const remote = new Map<string, { host: Host; events: EventService; stopTimer: Stop }>();

  function letGo(name: string): void {
    const known = remote.get(name);
    known?.stopTimer();
    known?.events.stop();
    remote.delete(name);
  }

  function of(host: Host): EventService {
    if (host.kind === 'local') return local;
    const { name } = host;
    // A connection that was made anew is another host, and so is its history: what was in between is not known.
    if (remote.get(name)?.host !== host) letGo(name);
    const known = remote.get(name);
    known?.stopTimer();
    const events = known?.events ?? make(host);
    remote.set(name, { host, events, stopTimer: clock.after(WATCHED_MS, () => letGo(name)) });
    return events;
  }

  return {
    ...local,
    connections: (host, question) => of(host).connections(host, question),
    summary: (host, question) => of(host).summary(host, question),
    patterns: (host, question) => of(host).patterns(host, question),
    drops: (host, question) => of(host).drops(host, question),
    dropSummary: (host, question) => of(host).dropSummary(host, question),
    insights: (host, summaryText, language) => of(host).insights(host, summaryText, language),
    stop() {
      local.stop();
      for (const name of remote.keys()) letGo(name);
    },
  };
}
