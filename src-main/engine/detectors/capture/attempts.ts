import type { CaptureFacts } from '../facts';
import type { TcpFacts } from '../flow-facts';

/** A source that tries many doors. */
export interface Sweep {
  source: string;
  /** Distinct ports or hosts in the busiest window. */
  targets: number;
  attempts: number;
  failing: number;
  flows: readonly TcpFacts[];
}

/** Refused, unanswered, or broken off before it was open; one that may still be answered is none of them. */
export function failed({ synAcks, sides, resets }: TcpFacts): boolean {
  return synAcks.length === 0 || (resets.some(({ from }) => from === 0) && sides[0].payload === 0);
}

/** Attempts of a source to distinct targets, where enough came within the window and most failed. */
export function sweeps(
  flows: readonly TcpFacts[],
  targetOf: (flow: TcpFacts) => string,
  limits: { targets: number; window_s: number; failing: number },
): Sweep[] {
  if (flows.length < limits.targets) return [];
  return [...Map.groupBy(flows, ({ a }) => a.ip)].flatMap(([source, own]) => {
    if (own.length < limits.targets) return [];
    const targets = busiest(own, targetOf, limits.window_s);
    const failing = own.filter(failed).length / own.length;
    return targets >= limits.targets && failing >= limits.failing
      ? [{ source, targets, attempts: own.length, failing, flows: own }]
      : [];
  });
}

/** Most distinct targets in any window. Flows are in order of time. */
function busiest(flows: readonly TcpFacts[], targetOf: (flow: TcpFacts) => string, window_s: number): number {
  const counts = new Map<string, number>();
  let most = 0;
  let oldest = 0;
  for (const flow of flows) {
    const target = targetOf(flow);
    counts.set(target, (counts.get(target) ?? 0) + 1);
    for (let first = flows[oldest]; first && flow.firstTs - first.firstTs > window_s; first = flows[++oldest]) {
      const left = targetOf(first);
      const count = (counts.get(left) ?? 1) - 1;
      if (count === 0) counts.delete(left);
      else counts.set(left, count);
    }
    if (counts.size > most) most = counts.size;
  }
  return most;
}

/** Attempts of the sources with so many failures that they may be a sweep. */
export function suspects({ signs }: CaptureFacts, targets: number, failing: number): TcpFacts[] {
  const least = Math.floor(targets * failing);
  const tried = [...signs.notOpened, ...signs.reset];
  if (tried.length < least) return [];
  const failures = Map.groupBy(tried, ({ a }) => a.ip);
  return signs.attempted.filter(({ a }) => (failures.get(a.ip)?.length ?? 0) >= least);
}

/** What does it on the capturing machine, where it is known; as words in parentheses follow a name. */
export function byProgram(program: string | null): string {
  return program === null ? '' : ` (${program})`;
}

export function programOf(flows: readonly TcpFacts[]): string | null {
  return flows.find(({ process }) => process?.program)?.process?.program ?? null;
}

export function sweepEvidence(flows: readonly TcpFacts[]) {
  return flows.slice(0, 12).map(({ firstFrame, firstTs, b }) => ({
    packet: firstFrame,
    ts: firstTs,
    role: 'syn',
    fields: { 'ip.dst': b.ip, 'tcp.dstport': b.port },
  }));
}
