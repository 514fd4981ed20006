import type { CaptureAnalysisResult } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import { namedEnd } from './report-words';

/** What one server looked like in a capture; null: there was nothing to measure it by. */
export interface ServerMedians {
  rtt_ms: number | null;
  /** Packets sent again, of all of its packets, median over its connections. */
  again_share: number | null;
  dns_ms: number | null;
}

export interface ServerPair {
  server: string;
  first: ServerMedians | null;
  second: ServerMedians | null;
}

export interface Comparison {
  problems: { first: Finding[]; second: Finding[]; both: { first: Finding; second: Finding }[] };
  servers: ServerPair[];
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

const known = (values: readonly (number | null)[]): number[] => values.filter(value => value !== null);

/** Medians by server, as host name where one was seen, else address; with the port. */
export function serverMedians({ connection_analysis, dns_queries }: CaptureAnalysisResult): Map<string, ServerMedians> {
  const connections = Map.groupBy(connection_analysis.connections, ({ name, b }) => namedEnd(name ?? b.addr, b.port));
  const questions = Map.groupBy(dns_queries, ({ server }) => `${server}:53`);
  const medians = new Map<string, ServerMedians>();
  for (const server of new Set([...connections.keys(), ...questions.keys()])) {
    const rows = connections.get(server) ?? [];
    medians.set(server, {
      rtt_ms: median(known(rows.map(({ initial_rtt_ms }) => initial_rtt_ms))),
      again_share: median(
        rows
          .filter(({ packets_ab, packets_ba }) => packets_ab + packets_ba > 0)
          .map(({ retransmissions, packets_ab, packets_ba }) => retransmissions / (packets_ab + packets_ba)),
      ),
      dns_ms: median(known((questions.get(server) ?? []).map(({ response_ms }) => response_ms))),
    });
  }
  return medians;
}

/** Problems are the same by their rule and by the server they are about: ports of clients and times differ always. */
function problemKey({ id, flow }: Finding): string {
  return flow === null ? id : `${id} ${flow.b.ip} ${flow.b.port}`;
}

export function compareReports(first: CaptureAnalysisResult, second: CaptureAnalysisResult): Comparison {
  const byKey = (findings: readonly Finding[]): Map<string, Finding> => {
    const map = new Map<string, Finding>();
    for (const finding of findings) if (!map.has(problemKey(finding))) map.set(problemKey(finding), finding);
    return map;
  };
  const [left, right] = [byKey(first.problems_detected), byKey(second.problems_detected)];
  const [here, there] = [serverMedians(first), serverMedians(second)];
  const servers = [...new Set([...here.keys(), ...there.keys()])].map(server => ({
    server,
    first: here.get(server) ?? null,
    second: there.get(server) ?? null,
  }));
  return {
    problems: {
      first: [...left].filter(([key]) => !right.has(key)).map(([, finding]) => finding),
      second: [...right].filter(([key]) => !left.has(key)).map(([, finding]) => finding),
      both: [...left].flatMap(([key, finding]) => {
        const other = right.get(key);
        return other ? [{ first: finding, second: other }] : [];
      }),
    },
    // Those in both first: they are what can be compared.
    servers: servers.sort(
      (a, b) => Number(b.first !== null && b.second !== null) - Number(a.first !== null && a.second !== null),
    ),
  };
}
