import { defineDetector } from '../detector';
import { isAsymmetric } from '../needs';

/** Only one direction of the connections is in the capture. */
export const asymmetricCapture = defineDetector({
  id: 'asymmetric-capture',
  severity: 'warning',
  references: [],
  needs: ['tcp'],
  detect(facts) {
    if (!isAsymmetric(facts)) return [];
    const { oneWay, withData } = facts.signs;
    return [
      {
        count: oneWay.length,
        firstTs: facts.startTs,
        lastTs: facts.endTs,
        evidence: oneWay
          .slice(0, 8)
          .map(({ firstFrame, firstTs }) => ({ packet: firstFrame, ts: firstTs, role: 'one_way_flow' })),
        metrics: { flows_with_data: withData, one_way: oneWay.length },
      },
    ];
  },
  text: {
    en: {
      title: 'One direction only',
      summary: ({ flows_with_data, one_way }) =>
        `${one_way} of ${flows_with_data} connections with data show the packets of one end only.`,
      advice: () => [
        'The mirror port copies one direction, or the other goes over another link: rules that need both were not run.',
      ],
    },
    'zh-CN': {
      title: '仅有单方向',
      summary: ({ flows_with_data, one_way }) => `${flows_with_data} 个有数据的连接中有 ${one_way} 个只包含一端的数据包。`,
      advice: () => ['镜像端口只复制一个方向，或另一方向走了其他链路：需要双向数据的规则未执行。'],
    },
  },
});
