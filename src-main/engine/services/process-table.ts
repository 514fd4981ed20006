import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { sanitizeUntrusted } from '@shared/sanitize';

/** What a pid is now. The start tells two processes with one pid apart. */
export interface ProcessFacts {
  pid: number;
  program: string;
  /** Clock ticks since boot. */
  startTicks: number;
  /** Short id, twelve characters as container tools print it; null outside containers. */
  container: string | null;
}

export interface ProcessTable {
  /** null when the process is gone. */
  facts(pid: number): ProcessFacts | null;
}

/** Node 24 calls its main thread so, and with it the process: that says nothing to a person. */
const MAIN_THREADS = new Set(['MainThread', 'node-MainThread']);
const MOST_KEPT = 4_096;

/**
 * Facts of processes of this machine. A look-up is one small synchronous read (about 15 µs): far cheaper here than a
 * promise per file, and a table has tens of processes, not thousands.
 */
export function createProcessTable(proc = '/proc'): ProcessTable {
  const containers = new Map<number, { startTicks: number; container: string | null }>();
  return {
    facts(pid) {
      const stat = readOrNull(`${proc}/${pid}/stat`);
      const parsed = stat === null ? null : parseStat(stat);
      if (!parsed) return null;
      let known = containers.get(pid);
      if (known?.startTicks !== parsed.startTicks) {
        if (containers.size >= MOST_KEPT) containers.clear();
        known = { startTicks: parsed.startTicks, container: containerOf(readOrNull(`${proc}/${pid}/cgroup`) ?? '') };
        containers.set(pid, known);
      }
      const program = MAIN_THREADS.has(parsed.program) ? executableOf(`${proc}/${pid}/exe`, parsed.program) : parsed.program;
      return { pid, ...parsed, program, container: known.container };
    },
  };
}

/** Name and start from /proc/PID/stat. The name stands in brackets and may hold brackets and blanks itself. */
export function parseStat(text: string): { program: string; startTicks: number } | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' '); // field 3 (state) is the first after the name
  const startTicks = Number(fields[19]); // field 22
  return Number.isFinite(startTicks) ? { program: sanitizeUntrusted(text.slice(open + 1, close)) || '-', startTicks } : null;
}

/** The container id in a control group's path: docker, containerd, CRI-O, podman and Kubernetes all end in 64 hex digits. */
export function containerOf(cgroup: string): string | null {
  return /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m.exec(cgroup)?.[1]?.slice(0, 12) ?? null;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // gone, or not ours to read: unknown either way
  }
}

function executableOf(link: string, otherwise: string): string {
  try {
    return sanitizeUntrusted(basename(readlinkSync(link)).replace(/ \(deleted\)$/, '')) || otherwise;
  } catch {
    return otherwise;
  }
}
