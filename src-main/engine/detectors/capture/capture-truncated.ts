import { defineDetector } from '../detector';
import { percent, plural } from '../words';

/** Packets cut by the snap length, or a file that ends in the middle. */
export const captureTruncated = defineDetector({
  id: 'capture-truncated',
  severity: 'info',
  references: [],
  needs: ['packets'],
  detect({ truncated, damage, packets, startTs, endTs }) {
    if (truncated === 0 && damage === null) return [];
    const share = truncated / packets;
    return [
      {
        count: Math.max(1, truncated),
        severity: damage !== null || share > 0.5 ? ('notice' as const) : ('info' as const),
        firstTs: startTs,
        lastTs: endTs,
        evidence: [],
        metrics: { truncated, share, damaged: damage !== null, damage },
      },
    ];
  },
  text: {
    en: {
      title: 'Capture not complete',
      summary: ({ truncated, share, damage }) =>
        [truncated > 0 && `${plural(truncated, 'packet')} (${percent(share)}) were cut by the snap length.`, damage]
          .filter(Boolean)
          .join(' '),
      advice: () => ['What protocols say beyond the cut is not known: capture with the full length where that matters.'],
    },
    'zh-CN': {
      title: '抓包不完整',
      summary: ({ truncated, share, damaged }) =>
        [truncated > 0 && `${truncated} 个数据包（${percent(share)}）被抓包长度截断。`, damaged && '文件已损坏或在中途结束。']
          .filter(Boolean)
          .join(''),
      advice: () => ['截断之后的协议内容未知：如有需要，请以完整长度抓包。'],
    },
  },
});
