import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { percent, plural } from '../words';
import { byProgram, programOf, suspects, sweepEvidence, sweeps } from './attempts';

const ODD_PROBES = 3;

/** Many ports of one host are tried in short time, or segments no connection begins with. */
export const scanSyn = defineDetector({
  id: 'scan-syn',
  severity: 'warning',
  references: ['RFC 9293 §3.10.7.1'],
  needs: ['tcp'],
  detect(facts, { scan_targets, scan_window_s, scan_failing }) {
    const { context, oddProbes } = facts;
    const limits = { targets: scan_targets, window_s: scan_window_s, failing: scan_failing };
    const isOwn = (source: string): boolean => context.ownAddresses.includes(source);
    const vertical = [...Map.groupBy(suspects(facts, scan_targets, scan_failing), ({ b }) => b.ip)].flatMap(([target, flows]) =>
      sweeps(flows, ({ b }) => String(b.port), limits).map(({ source, targets, attempts, failing, flows: own }) => ({
        about: `${source} ${target}`,
        source,
        count: attempts,
        severity: isOwn(source) ? ('notice' as const) : ('warning' as const),
        firstTs: own[0]?.firstTs,
        lastTs: own.at(-1)?.firstTs,
        evidence: sweepEvidence(own),
        metrics: {
          kind: 'syn',
          scanner: source,
          target,
          ports: targets,
          attempts,
          failing,
          program: programOf(own),
          threshold: scan_targets,
        },
        caveats: isOwn(source) ? (['own_tool'] as const) : [],
      })),
    );
    const odd = oddProbes
      .filter(({ count }) => count >= ODD_PROBES)
      .map(({ src, dst, kind, count, frames, firstTs, lastTs }) => ({
        about: `${src} ${kind}`,
        source: src,
        count,
        severity: isOwn(src) ? ('notice' as const) : ('warning' as const),
        firstTs,
        lastTs,
        evidence: ofFrames(frames, `${kind}_probe`),
        metrics: {
          kind,
          scanner: src,
          target: dst,
          ports: count,
          attempts: count,
          failing: 1,
          program: null,
          threshold: ODD_PROBES,
        },
        caveats: [],
      }));
    return [...vertical, ...odd];
  },
  text: {
    en: {
      title: 'Port scan',
      summary: ({ kind, scanner, target, ports, failing, program }) =>
        kind === 'syn'
          ? `${scanner}${byProgram(program)} tried ${plural(ports, 'port')} of ${target} within seconds, ${percent(failing)} in vain.`
          : `${scanner} sent ${plural(ports, `${kind.toUpperCase()} probe`)}, for example to ${target}.`,
      advice: () => ['Find out what runs on that machine: a scanner of your own, monitoring, or malware.'],
    },
    'zh-CN': {
      title: '端口扫描',
      summary: ({ kind, scanner, target, ports, failing, program }) =>
        kind === 'syn'
          ? `${scanner}${byProgram(program)} 在数秒内尝试了 ${target} 的 ${ports} 个端口，${percent(failing)} 失败。`
          : `${scanner} 发送了 ${ports} 个 ${kind.toUpperCase()} 探测，例如发往 ${target}。`,
      advice: () => ['查明该机器上运行的程序：自有扫描工具、监控，或恶意软件。'],
    },
  },
});
