import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { at } from '../words';

/** One end offers window scaling or SACK and the other does not: the window stays below 64 KiB. */
export const tcpNoWindowScaling = defineDetector({
  id: 'tcp-no-window-scaling',
  severity: 'notice',
  references: ['RFC 7323 §2', 'RFC 2018'],
  needs: ['handshake', 'both_directions'],
  detect({ signs }, { window_full_count }) {
    return signs.options.flatMap(flow => {
      const [a, b] = flow.sides;
      const [syn] = flow.syns;
      const [synAck] = flow.synAcks;
      if (!syn || !synAck || !flow.handshakeComplete || a.mss === null) return [];
      const scaling = a.windowScale !== null && b.windowScale === null;
      const sack = a.offersSack && !b.offersSack;
      if (!scaling && !sack) return [];
      const isFull = a.windowFull + b.windowFull >= window_full_count;
      return {
        flow,
        severity: scaling && isFull ? 'warning' : 'notice',
        evidence: [ofMark(syn, 'syn'), ofMark(synAck, 'syn_ack')],
        metrics: {
          server: at(flow.b.ip, flow.b.port),
          scaling_refused: scaling,
          sack_refused: sack,
          window_full: a.windowFull + b.windowFull,
        },
      };
    });
  },
  text: {
    en: {
      title: 'TCP options refused',
      summary: ({ server, scaling_refused, sack_refused }) =>
        `${server} did not take ${[scaling_refused && 'window scaling', sack_refused && 'selective ACKs'].filter(Boolean).join(' and ')}, which the client offered.`,
      advice: () => [
        'Without scaling a transfer gets at most 64 KiB a round trip: look for a middlebox that removes options, or an old system.',
      ],
    },
    'zh-CN': {
      title: 'TCP 选项未被接受',
      summary: ({ server, scaling_refused, sack_refused }) =>
        `${server} 未接受客户端提出的${[scaling_refused && '窗口缩放', sack_refused && '选择确认（SACK）'].filter(Boolean).join('和')}。`,
      advice: () => ['没有窗口缩放时每个往返最多传输 64 KiB：检查是否有中间设备删除选项，或系统过旧。'],
    },
  },
});
