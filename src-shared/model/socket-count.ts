import type { LiveConnection } from './connection';

/** Open sockets of one moment, counted; those of other network namespaces are not of this machine. */
export interface SocketCount {
  at_ms: number;
  /** Time to the next count as planned: what is missing longer was not counted. */
  interval_ms: number;
  /** UDP is a state of its own. */
  by_state: Readonly<Record<string, number>>;
  /** The programs with the most sockets. */
  by_process: Readonly<Record<string, number>>;
  /** Sockets of the programs that are not in by_process. */
  other_processes: number;
}

/** Programs kept apart in a count: names come from the machine, and a window of counts must stay small. */
const PROGRAMS_KEPT = 24;

export function countSockets(
  rows: Iterable<Pick<LiveConnection, 'state' | 'program'> & Partial<Pick<LiveConnection, 'netns'>>>,
  at_ms: number,
  interval_ms: number,
): SocketCount {
  const states = new Map<string, number>();
  const programs = new Map<string, number>();
  for (const { state, program, netns = null } of rows) {
    if (netns !== null) continue;
    const name = state === '-' ? 'UDP' : state;
    states.set(name, (states.get(name) ?? 0) + 1);
    programs.set(program, (programs.get(program) ?? 0) + 1);
  }
  const greatest = [...programs].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return {
    at_ms,
    interval_ms,
    by_state: Object.fromEntries(states),
    by_process: Object.fromEntries(greatest.slice(0, PROGRAMS_KEPT)),
    other_processes: greatest.slice(PROGRAMS_KEPT).reduce((sum, [, count]) => sum + count, 0),
  };
}
