import { readOrNull, readProcessStat } from '../processes/process-stat';

/** What /proc tells of a process beyond its name, read while it is new. */
export interface ProcessOrigin {
  argv: string[];
  /** The path of its control group. */
  cgroup: string;
  /** Parent first. */
  parents: { pid: number; program: string }[];
}

/** An ancestry is shown, not archived. */
const MAX_PARENTS = 8;
/** USER_HZ: start times in /proc have this resolution on every architecture of Linux. */
const NS_PER_TICK = 1e7;

/** @returns null when the process has ended, or its pid is another one's now */
export function readProcessOrigin(pid: number, startedNs: number, proc = '/proc'): ProcessOrigin | null {
  const stat = readProcessStat(pid, proc);
  // One tick of slack: the kernel rounds.
  if (!stat || Math.abs(stat.startTicks - Math.floor(startedNs / NS_PER_TICK)) > 1) return null;
  const parents: ProcessOrigin['parents'] = [];
  for (let parent = stat.parent; parent > 0 && parents.length < MAX_PARENTS; ) {
    const above = readProcessStat(parent, proc);
    if (!above) break;
    parents.push({ pid: parent, program: above.program });
    parent = above.parent;
  }
  const commandLine = readOrNull(`${proc}/${pid}/cmdline`) ?? '';
  return {
    argv: commandLine
      .replace(/\0$/, '')
      .split('\0')
      .filter((arg, index) => index === 0 || arg !== ''),
    cgroup: readOrNull(`${proc}/${pid}/cgroup`) ?? '',
    parents,
  };
}
