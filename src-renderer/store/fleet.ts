import type { ToolReply } from '@shared/bridge';
import type { ConnectionList } from '@shared/model/connection';
import type { Source } from '@shared/model/source';
import { create } from 'zustand';
import { type Listener, listenersOf } from './aggregate';
import { rowsOf } from './remote-rows';
import { failureOf, type ToolFailure } from './use-tool';

/** What a host said about its listeners. */
export interface FleetAnswer {
  /** The last that was got; null before. */
  listeners: readonly Listener[] | null;
  failure: ToolFailure | null;
  running: boolean;
  at_ms: number | null;
  source: Source | null;
  truncated: boolean;
}

const NEVER: FleetAnswer = { listeners: null, failure: null, running: true, at_ms: null, source: null, truncated: false };

export const useFleet = create<{ answers: ReadonlyMap<string, FleetAnswer> }>(() => ({ answers: new Map() }));

function note(host: string, change: Partial<FleetAnswer>): void {
  useFleet.setState(({ answers }) => ({ answers: new Map(answers).set(host, { ...(answers.get(host) ?? NEVER), ...change }) }));
}

export type AskHost = (host: string, signal: AbortSignal) => Promise<ToolReply<ConnectionList>>;

/**
 * Asks every host by itself, so that one that does not answer delays none but those that wait for its place.
 * @param atOnce hosts being asked at the same time @returns when all have answered or the signal has come
 */
export async function askFleet(hosts: readonly string[], ask: AskHost, atOnce: number, signal: AbortSignal): Promise<void> {
  const waiting = [...hosts];
  const one = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined && !signal.aborted; host = waiting.shift()) {
      note(host, { running: true });
      const reply = await ask(host, signal);
      if (signal.aborted) return;
      if (!reply.success) {
        note(host, { failure: failureOf(reply), running: false });
        continue;
      }
      const { connections, source, truncated } = reply.data;
      const listeners = listenersOf(rowsOf(connections).values());
      note(host, { listeners, source, truncated, failure: null, running: false, at_ms: Date.now() });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, hosts.length) }, one));
}

/** A port that somebody of the fleet listens on. */
export interface FleetPort {
  port: number;
  /** On how many hosts. */
  hosts: number;
}

/** The columns of the matrix, by port. @param words every one must be in the port or a program */
export function fleetPorts(hosts: readonly string[], answers: ReadonlyMap<string, FleetAnswer>, words: string): FleetPort[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<number, Set<string>>();
  for (const host of hosts) {
    for (const { port, program } of answers.get(host)?.listeners ?? []) {
      const all = `${port} ${program}`.toLowerCase();
      if (!wanted.every(word => all.includes(word))) continue;
      found.set(port, (found.get(port) ?? new Set()).add(host));
    }
  }
  return [...found].map(([port, on]) => ({ port, hosts: on.size })).sort((one, other) => one.port - other.port);
}
