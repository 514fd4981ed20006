import { sanitizeUntrusted } from '@shared/sanitize';
import { readProcessOrigin } from '../../collectors/events/process-origin';
import type { Clock } from '../clock';
import { containerOf } from '../process-table';
import { redactCommandLine } from '../redact';

/** What was known of a process when it did something. */
export interface Origin {
  command_line: string | null;
  parents: { pid: number; program: string }[];
  container: string | null;
  unit: string | null;
}

/** Reads /proc for every process the moment its first event comes: a short-lived one is gone a second later. */
export interface ProcessOrigins {
  /** Reads it now if it is new. Costs about 60 µs then, else a look-up. */
  note(pid: number, startedNs: number): void;
  /** null when it had ended before it could be read. */
  get(pid: number, startedNs: number): Origin | null;
}

const MOST_KEPT = 16_384;
/** New processes looked at in a second: a fork bomb must not hold the engine up. */
const READS_A_SECOND = 2_000;
const COMMAND_LINE_LIMIT = 1_024;

interface Entry {
  startedNs: number;
  origin: Origin | null;
  /** The process that had this pid before. */
  older: Entry | undefined;
}

export function createProcessOrigins(clock: Clock, read = readProcessOrigin): ProcessOrigins {
  const entries = new Map<number, Entry>();
  let lastPid = 0;
  let lastStartedNs = 0;
  let second = 0;
  let reads = 0;

  const look = (pid: number, startedNs: number): Origin | null => {
    const now = Math.floor(clock.monotonicMs() / 1_000);
    if (now !== second) {
      second = now;
      reads = 0;
    }
    if (reads++ >= READS_A_SECOND) return null;
    const found = read(pid, startedNs);
    if (!found) return null;
    return {
      command_line: sanitizeUntrusted(redactCommandLine(found.argv), COMMAND_LINE_LIMIT) || null,
      parents: found.parents,
      container: containerOf(found.cgroup),
      unit: unitOf(found.cgroup),
    };
  };

  return {
    note(pid, startedNs) {
      if (pid === 0 || (pid === lastPid && startedNs === lastStartedNs)) return;
      lastPid = pid;
      lastStartedNs = startedNs;
      const known = entries.get(pid);
      if (known?.startedNs === startedNs) return;
      // Of a pid's earlier owners one is kept: its last events may still be asked for.
      const older = known && { ...known, older: undefined };
      entries.delete(pid); // goes to the end: the longest unseen make room first
      entries.set(pid, { startedNs, origin: look(pid, startedNs), older });
      if (entries.size > MOST_KEPT) for (const oldest of [...entries.keys()].slice(0, MOST_KEPT / 8)) entries.delete(oldest);
    },
    get(pid, startedNs) {
      for (let entry = entries.get(pid); entry; entry = entry.older) if (entry.startedNs === startedNs) return entry.origin;
      return null;
    },
  };
}

/** The systemd unit a control group's path ends in; a user's own units stand below their manager's. */
export function unitOf(cgroup: string): string | null {
  const units = cgroup.match(/[^/\n]+\.(?:service|scope|socket|mount)(?=\/|\n|$)/g);
  const unit = units?.at(-1);
  return unit === undefined
    ? null
    : sanitizeUntrusted(unit.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
}
