import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { sanitizeUntrusted } from '@shared/sanitize';
import { MAIN_THREADS } from './executables';

export interface ProcessStat {
  program: string;
  /** 0 for one that has none. */
  parent: number;
  /** Clock ticks since boot. */
  startTicks: number;
}

/** @returns null when the process is gone, or not ours to see */
export function readProcessStat(pid: number, proc = '/proc'): ProcessStat | null {
  const text = readOrNull(`${proc}/${pid}/stat`);
  const stat = text === null ? null : parseProcessStat(text);
  if (stat && MAIN_THREADS.has(stat.program)) stat.program = executableOf(`${proc}/${pid}/exe`) ?? stat.program;
  return stat;
}

/** Reads /proc/PID/stat. The name stands in brackets and may hold brackets and blanks itself. */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' '); // field 3 (state) is the first after the name
  const [parent, startTicks] = [Number(fields[1]), Number(fields[19])]; // fields 4 and 22
  if (!Number.isInteger(parent) || !Number.isFinite(startTicks)) return null;
  return { program: sanitizeUntrusted(text.slice(open + 1, close)) || '-', parent, startTicks };
}

/** A file of /proc, whole. @returns null when the process is gone, or the file not ours to read: unknown either way */
export function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function executableOf(link: string): string | null {
  try {
    return sanitizeUntrusted(basename(readlinkSync(link)).replace(/ \(deleted\)$/, '')) || null;
  } catch {
    return null; // a process of another user hides it
  }
}
