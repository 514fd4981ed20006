import { defineDetector } from '../detector';
import { at, ms } from '../words';

const MAX_SIZE_VARIATION = 0.2;
const MIN_INTERVAL_S = 1;

/** Connections at fixed intervals with the same amount of data: telemetry, a health check, or malware that reports. */
export const beaconSuspected = defineDetector({
  id: 'beacon-suspected',
  severity: 'info',
  references: ['MITRE ATT&CK T1071'],
  needs: ['tcp'],
  detect({ tcp }, { beacon_connections, beacon_variation }) {
    const opened = tcp.filter(({ handshakeComplete }) => handshakeComplete);
    return [...Map.groupBy(opened, ({ a, b }) => `${a.ip} ${b.ip} ${b.port}`)].flatMap(([about, flows]) => {
      const [first] = flows;
      if (!first || flows.length < beacon_connections) return [];
      const gaps = flows.slice(1).map((flow, i) => flow.firstTs - (flows[i]?.firstTs ?? 0));
      const interval_s = mean(gaps);
      if (interval_s < MIN_INTERVAL_S || variation(gaps) >= beacon_variation) return [];
      if (variation(flows.map(({ sides }) => sides[0].payload)) > MAX_SIZE_VARIATION) return [];
      return {
        about,
        peer: `${first.b.ip} ${first.b.port}`,
        source: first.a.ip,
        count: flows.length,
        confidence: 'medium' as const,
        firstTs: first.firstTs,
        lastTs: flows.at(-1)?.firstTs,
        evidence: flows.slice(0, 12).map(({ firstFrame, firstTs }) => ({ packet: firstFrame, ts: firstTs, role: 'syn' })),
        metrics: {
          client: first.a.ip,
          server: at(first.b.ip, first.b.port),
          connections: flows.length,
          interval_ms: interval_s * 1000,
          variation: variation(gaps),
          program: first.process?.program,
          threshold_variation: beacon_variation,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Regular connections',
      summary: ({ client, server, connections, interval_ms }) =>
        `${client} connected to ${server} ${connections} times, every ${ms(interval_ms)} with the same amount of data.`,
      advice: () => ['Telemetry, monitoring and health checks do this; if nobody knows the destination, look at the program.'],
    },
    'zh-CN': {
      title: '规律性连接',
      summary: ({ client, server, connections, interval_ms }) =>
        `${client} 连接 ${server} 共 ${connections} 次，每 ${ms(interval_ms)} 一次且数据量相同。`,
      advice: () => ['遥测、监控和健康检查会如此；若无人认识该目的地，请检查相应程序。'],
    },
  },
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Coefficient of variation; 0 of nothing. */
function variation(values: readonly number[]): number {
  const average = mean(values);
  if (average === 0) return 0;
  return Math.sqrt(mean(values.map(value => (value - average) ** 2))) / average;
}
