import type { Host } from '../../hosts/host';
import type { EventService } from './event-service';

/**
 * Asks the history of the machine a question is about: this one's, or one that is kept for a remote machine as long as the
 * helper runs there. Streams are of this machine.
 * @param make watches another machine, from now on
 */
export function routeEvents(local: EventService, make: (host: Host) => EventService): EventService {
  const remote = new Map<string, { host: Host; events: EventService }>();

  function of(host: Host): EventService {
    if (host.kind === 'local' || host.helper === null) return local; // which says why it cannot tell
    const known = remote.get(host.name);
    if (known?.host === host) return known.events;
    // The connection was made anew, and with it the helper: what was before it is not known.
    known?.events.stop();
    const events = make(host);
    remote.set(host.name, { host, events });
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
      for (const { events } of remote.values()) events.stop();
    },
  };
}
