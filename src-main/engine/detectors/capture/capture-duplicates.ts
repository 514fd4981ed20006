import { defineDetector } from '../detector';
import { percent, plural } from '../words';

const MIN_COPIES = 5;

/** The same packets are in the capture twice. */
export const captureDuplicates = defineDetector({
  id: 'capture-duplicates',
  severity: 'warning',
  references: ['editcap(1): -d'],
  needs: ['ip'],
  detect({ duplicates, startTs, endTs }, { duplicates_share }) {
    const { same, routed, checked, frames } = duplicates;
    const copies = same + routed;
    const share = copies / Math.max(1, checked);
    if (copies < MIN_COPIES || share < duplicates_share) return [];
    return [
      {
        count: copies,
        firstTs: startTs,
        lastTs: endTs,
        evidence: frames.flatMap(({ frame, ts, of }) => [
          { packet: of, ts: Number.NaN, role: 'first_copy' },
          { packet: frame, ts, role: 'second_copy' },
        ]),
        metrics: { copies, same_ttl: same, lower_ttl: routed, share, threshold_share: duplicates_share },
      },
    ];
  },
  text: {
    en: {
      title: 'Packets captured twice',
      summary: ({ copies, share, lower_ttl, same_ttl }) =>
        `${plural(copies, 'packet')} (${percent(share)}) are in the capture twice, ${lower_ttl > same_ttl ? 'before and after a router' : 'unchanged'}.`,
      advice: ({ lower_ttl, same_ttl }) => [
        lower_ttl > same_ttl
          ? 'It was captured on both sides of a router, bridge or container ("any" interface): capture on one interface.'
          : 'The mirror copies both ports, or the interface "any" sees bridge and port: capture on one of them. The network itself may also double packets.',
      ],
    },
    'zh-CN': {
      title: '数据包被重复抓取',
      summary: ({ copies, share, lower_ttl, same_ttl }) =>
        `${copies} 个数据包（${percent(share)}）在抓包中出现两次，${lower_ttl > same_ttl ? '分别在路由器前后' : '内容未变'}。`,
      advice: ({ lower_ttl, same_ttl }) => [
        lower_ttl > same_ttl
          ? '抓包同时位于路由器、网桥或容器两侧（any 接口）：请只在一个接口上抓包。'
          : '镜像复制了两个端口，或 any 接口同时看到网桥与端口：请只抓其一。网络本身也可能复制数据包。',
      ],
    },
  },
});
