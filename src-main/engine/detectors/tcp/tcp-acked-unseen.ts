import { defineDetector } from '../detector';
import { ofSighting } from '../evidence';
import { plural } from '../words';

/** ACKs of segments that were never captured: always about the capture, never about the network. */
export const tcpAckedUnseen = defineDetector({
  id: 'tcp-acked-unseen',
  severity: 'info',
  references: [],
  needs: ['tcp_both_ways'],
  detect({ signs }) {
    const flows = signs.flagged.filter(
      ({ sides, bothWays }) => bothWays && sides[0].ackLostSegments + sides[1].ackLostSegments > 0,
    );
    const acks = flows.reduce((sum, { sides }) => sum + sides[0].ackLostSegments + sides[1].ackLostSegments, 0);
    if (acks === 0) return [];
    const notes = flows.slice(0, 10).flatMap(flow => flow.note('ackLostSegment') ?? []);
    return [
      {
        count: acks,
        firstTs: Math.min(...notes.map(({ first, worst }) => (first[0] ?? worst).ts)),
        lastTs: Math.max(...notes.map(({ last }) => last.ts)),
        evidence: notes.flatMap(({ first }) =>
          first.slice(0, 2).flatMap(sighting => ofSighting({ ...sighting, value: 0 }, 'ack_of_unseen')),
        ),
        metrics: { acks, flows: flows.length },
      },
    ];
  },
  text: {
    en: {
      title: 'The capture misses segments that arrived',
      summary: ({ acks, flows }) =>
        `${plural(acks, 'ACK')} in ${plural(flows, 'connection')} confirm data that is not in the capture.`,
      advice: () => [
        'Capture with a larger buffer, a smaller snap length or a tighter filter; check that both directions pass the capture point.',
      ],
    },
    'zh-CN': {
      title: '抓包缺少已到达的报文段',
      summary: ({ acks, flows }) => `${flows} 个连接中有 ${acks} 个 ACK 确认了抓包中不存在的数据。`,
      advice: () => ['使用更大的缓冲区、更小的抓包长度或更严格的过滤器；确认两个方向都经过抓包点。'],
    },
  },
});
