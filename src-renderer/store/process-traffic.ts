import type { ProcessTraffic, ProcessTrafficEvent } from '@shared/model/process-traffic';
import { create } from 'zustand';
import { useLanguage } from '../i18n';
import type { Group } from './aggregate';
import { useStream } from './use-stream';

interface ProcessesState {
  event: ProcessTrafficEvent | null;
  receive: (event: ProcessTrafficEvent) => void;
}

export const useProcesses = create<ProcessesState>(set => ({ event: null, receive: event => set({ event }) }));

/** Bytes of each process, once a second; null before the first answer. */
export function useProcessTraffic(): ProcessTrafficEvent | null {
  const language = useLanguage();
  useStream('process_traffic', { language }, useProcesses.getState().receive);
  return useProcesses(state => state.event);
}

/** Where process 1234 is told of. @param startedMs tells it from another one of the same pid */
export function processHref(pid: number, startedMs?: number | null): string {
  return `#/process/${pid}${startedMs == null ? '' : `-${startedMs}`}`;
}

export interface ProcessName {
  pid: number;
  started_ms: number | null;
}

/** @returns null for what is no process */
export function parseProcess(about: string): ProcessName | null {
  const parts = /^(\d{1,10})(?:-(\d{1,15}))?$/.exec(about);
  return parts ? { pid: Number(parts[1]), started_ms: parts[2] === undefined ? null : Number(parts[2]) } : null;
}

/** Processes of one name together, busiest first; without those that are silent. */
export function groupByProgram(processes: readonly ProcessTraffic[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { program, rx_rate_bps, tx_rate_bps } of processes) {
    if (!rx_rate_bps && !tx_rate_bps) continue;
    const group = groups.get(program) ?? { key: program, program, rx_rate_bps: 0, tx_rate_bps: 0, sockets: 0, hosts: 0 };
    group.rx_rate_bps += rx_rate_bps ?? 0;
    group.tx_rate_bps += tx_rate_bps ?? 0;
    groups.set(program, group);
  }
  return [...groups.values()].sort(
    (a, b) => b.rx_rate_bps + b.tx_rate_bps - (a.rx_rate_bps + a.tx_rate_bps) || a.key.localeCompare(b.key),
  );
}
