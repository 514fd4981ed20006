import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { plural } from '../words';

const MANY = 3;
const WITHIN_S = 300;

/** Switches that change their tree: ports go up and down, or a new root appears. */
export const stpTopologyChange = defineDetector({
  id: 'stp-topology-change',
  severity: 'notice',
  references: ['IEEE 802.1D §8.5', 'IEEE 802.1Q'],
  needs: ['stp'],
  detect({ bridge }) {
    const { topologyChanges, rootChanges, frames, firstTs, lastTs, root } = bridge;
    if (topologyChanges + rootChanges === 0) return [];
    // The flag stands in every message for 35 s after one change.
    const isRepeated =
      rootChanges >= MANY || (rootChanges + topologyChanges >= MANY && lastTs - firstTs > 40 && lastTs - firstTs <= WITHIN_S);
    return [
      {
        count: topologyChanges + rootChanges,
        severity: isRepeated ? ('warning' as const) : ('notice' as const),
        firstTs,
        lastTs,
        evidence: ofFrames(frames, 'bpdu'),
        metrics: { topology_change_messages: topologyChanges, root_changes: rootChanges, root },
      },
    ];
  },
  text: {
    en: {
      title: 'Spanning tree changes',
      summary: ({ topology_change_messages, root_changes, root }) =>
        `${plural(topology_change_messages, 'message')} announce a change of the spanning tree${root_changes > 0 ? `, the root changed ${plural(root_changes, 'time')}` : ''} (root ${root}).`,
      advice: () => [
        'Look for a port that goes up and down; set edge ports (PortFast) to machines, and the root bridge on purpose.',
      ],
    },
    'zh-CN': {
      title: '生成树变化',
      summary: ({ topology_change_messages, root_changes, root }) =>
        `${topology_change_messages} 个报文宣告生成树拓扑变化${root_changes > 0 ? `，根桥变更 ${root_changes} 次` : ''}（根桥 ${root}）。`,
      advice: () => ['检查反复通断的端口；将接终端的端口设为边缘端口（PortFast），并明确指定根桥。'],
    },
  },
});
