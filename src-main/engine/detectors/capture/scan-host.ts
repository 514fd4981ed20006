import { defineDetector } from '../detector';
import { percent, plural } from '../words';
import { byProgram, programOf, suspects, sweepEvidence, sweeps } from './attempts';

/** One port is tried on many hosts in short time. */
export const scanHost = defineDetector({
  id: 'scan-host',
  severity: 'warning',
  references: ['RFC 9293 §3.10.7.1'],
  needs: ['tcp'],
  detect(facts, { scan_targets, scan_window_s, scan_failing }) {
    const limits = { targets: scan_targets, window_s: scan_window_s, failing: scan_failing };
    return [...Map.groupBy(suspects(facts, scan_targets, scan_failing), ({ b }) => b.port)].flatMap(([port, flows]) =>
      sweeps(flows, ({ b }) => b.ip, limits).map(({ source, targets, attempts, failing, flows: own }) => {
        const isOwn = facts.context.ownAddresses.includes(source);
        return {
          about: `${source} ${port}`,
          source,
          count: attempts,
          severity: isOwn ? ('notice' as const) : ('warning' as const),
          firstTs: own[0]?.firstTs,
          lastTs: own.at(-1)?.firstTs,
          evidence: sweepEvidence(own),
          metrics: { scanner: source, port, hosts: targets, attempts, failing, program: programOf(own), threshold: scan_targets },
          caveats: isOwn ? (['own_tool'] as const) : [],
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Sweep over hosts',
      summary: ({ scanner, port, hosts, failing, program }) =>
        `${scanner}${byProgram(program)} tried port ${port} of ${plural(hosts, 'host')} within seconds, ${percent(failing)} in vain.`,
      advice: () => ['Find out what runs on that machine: discovery of your own, or malware that spreads.'],
    },
    'zh-CN': {
      title: '主机扫描',
      summary: ({ scanner, port, hosts, failing, program }) =>
        `${scanner}${byProgram(program)} 在数秒内尝试了 ${hosts} 台主机的 ${port} 端口，${percent(failing)} 失败。`,
      advice: () => ['查明该机器上运行的程序：自有的发现工具，或正在传播的恶意软件。'],
    },
  },
});
