import { defineDetector } from '../detector';
import { plural } from '../words';

/** Many UDP ports of one host are tried, and it says that nothing is there. */
export const scanUdp = defineDetector({
  id: 'scan-udp',
  severity: 'warning',
  references: ['RFC 768', 'RFC 1122 §4.1.3.1'],
  needs: ['udp'],
  detect({ udp, context }, { scan_targets, scan_window_s, scan_failing }) {
    // Traceroute counts its ports up too.
    const tried = udp.filter(({ b }) => b.port < 33_434 || b.port > 33_534);
    return [...Map.groupBy(tried, ({ a, b }) => `${a.ip} ${b.ip}`)].flatMap(([about, flows]) => {
      const [first] = flows;
      const ports = new Set(flows.map(({ b }) => b.port));
      if (!first || ports.size < scan_targets) return [];
      const failing = flows.filter(({ sides }) => sides[1].packets === 0).length / flows.length;
      const times = flows.map(({ firstTs }) => firstTs);
      // Enough of them within the window.
      const isQuick = times.some((ts, i) => (times[i + scan_targets - 1] ?? Number.POSITIVE_INFINITY) - ts <= scan_window_s);
      if (failing < scan_failing || !isQuick) return [];
      const isOwn = context.ownAddresses.includes(first.a.ip);
      return {
        about,
        source: first.a.ip,
        count: flows.length,
        severity: isOwn ? ('notice' as const) : ('warning' as const),
        firstTs: times[0],
        lastTs: times.at(-1),
        evidence: flows.slice(0, 12).map(({ firstFrame, firstTs, b }) => ({
          packet: firstFrame,
          ts: firstTs,
          role: 'probe',
          fields: { 'udp.dstport': b.port },
        })),
        metrics: { scanner: first.a.ip, target: first.b.ip, ports: ports.size, failing, threshold: scan_targets },
        caveats: isOwn ? (['own_tool'] as const) : [],
      };
    });
  },
  text: {
    en: {
      title: 'UDP port scan',
      summary: ({ scanner, target, ports }) => `${scanner} tried ${plural(ports, 'UDP port')} of ${target} within seconds.`,
      advice: () => ['Find out what runs on that machine: a scanner of your own, or malware.'],
    },
    'zh-CN': {
      title: 'UDP 端口扫描',
      summary: ({ scanner, target, ports }) => `${scanner} 在数秒内尝试了 ${target} 的 ${ports} 个 UDP 端口。`,
      advice: () => ['查明该机器上运行的程序：自有扫描工具，或恶意软件。'],
    },
  },
});
