import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { percent, plural } from '../words';
import { isOffloaded } from './offload-detected';

/** Packets whose checksums are wrong, and were not left to the network card. */
export const checksumBad = defineDetector({
  id: 'checksum-bad',
  severity: 'warning',
  references: ['RFC 1071', 'RFC 8200 §8.1'],
  needs: ['checksums'],
  detect({ checksums, context }, { checksum_critical }) {
    return checksums.sources.flatMap(source => {
      const { ip, checked, bad, partial, header, missing, frames, firstTs, lastTs, protocols } = source;
      const wrong = bad - partial + header + missing;
      if (wrong === 0 || isOffloaded(source) || context.ownAddresses.includes(ip)) return [];
      const share = Math.min(1, wrong / Math.max(checked, wrong));
      return {
        about: ip,
        source: ip,
        count: wrong,
        severity: share >= checksum_critical && wrong >= 3 ? ('critical' as const) : ('warning' as const),
        firstTs,
        lastTs,
        evidence: ofFrames(frames, 'bad_checksum'),
        metrics: {
          source: ip,
          wrong,
          verified: checked,
          share,
          protocols: protocols.join(', '),
          threshold_share: checksum_critical,
        },
        caveats: checksums.sampled ? (['sampled'] as const) : [],
      };
    });
  },
  text: {
    en: {
      title: 'Wrong checksums',
      summary: ({ source, wrong, share, protocols }) =>
        `${plural(wrong, 'packet')} of ${source} came with a wrong checksum (${protocols}; ${percent(share)}).`,
      advice: () => [
        'A cable, a card or memory on the way is bad, or a NAT or tunnel rewrites packets wrongly. Receivers drop such packets silently.',
      ],
    },
    'zh-CN': {
      title: '校验和错误',
      summary: ({ source, wrong, share, protocols }) =>
        `${source} 的 ${wrong} 个数据包校验和错误（${protocols}；${percent(share)}）。`,
      advice: () => ['途中的网线、网卡或内存有故障，或 NAT、隧道错误改写了数据包。接收方会静默丢弃此类数据包。'],
    },
  },
});
