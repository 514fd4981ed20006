import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { byServer, serverKey } from '../peers';
import { at, ms } from '../words';

/** Copies closer together than this were made by the capture, not by a timer (RFC 6298: 1 s, with 20 %). */
const MIN_GAP_S = 0.2;

/** The handshake was done in the end, but a SYN or SYN/ACK had to be sent again: connecting took a second or more. */
export const tcpSynRetransmission = defineDetector({
  id: 'tcp-syn-retransmission',
  severity: 'notice',
  references: ['RFC 6298 §5'],
  needs: ['handshake', 'both_directions'],
  detect({ signs }, { handshake_very_slow_ms }) {
    const repeated = signs.openedAgain.filter(flow => {
      const { handshakeComplete, syns, synAcks } = flow;
      const marks = syns.length > 1 ? syns : synAcks;
      return handshakeComplete && marks.length > 1 && span(marks) >= MIN_GAP_S;
    });
    const servers = byServer(repeated);
    return repeated.map(flow => {
      const { syns, synAcks, b } = flow;
      const lostAnswer = synAcks.length > 1;
      const marks = syns.length > 1 ? syns : synAcks;
      const added_ms = span(marks) * 1000;
      const flows = servers.get(serverKey(flow))?.length ?? 1;
      return {
        flow,
        severity: flows >= 2 || added_ms >= handshake_very_slow_ms * 0.9 ? 'warning' : 'notice',
        evidence: [...syns.map(mark => ofMark(mark, 'syn')), ...synAcks.map(mark => ofMark(mark, 'syn_ack'))],
        metrics: {
          server: at(b.ip, b.port),
          added_ms,
          syns: syns.length,
          syn_acks: synAcks.length,
          lost: lostAnswer ? 'SYN/ACK or ACK' : 'SYN',
          flows,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Handshake needed retransmissions',
      summary: ({ server, added_ms, lost }) => `Connecting to ${server} took ${ms(added_ms)} more, because a ${lost} was lost.`,
      advice: () => [
        'Look for loss on the path, or a server whose accept queue is full (ListenOverflows, ListenDrops).',
        'A stateful firewall with asymmetric routing, or a limit on the rate of SYNs, does the same.',
      ],
    },
    'zh-CN': {
      title: '握手发生重传',
      summary: ({ server, added_ms, lost }) => `由于 ${lost} 丢失，连接 ${server} 多花了 ${ms(added_ms)}。`,
      advice: () => [
        '检查路径丢包，或服务器的 accept 队列是否已满（ListenOverflows、ListenDrops）。',
        '路由不对称的状态防火墙，或对 SYN 的限速，也会造成同样现象。',
      ],
    },
  },
});

function span(marks: readonly { ts: number }[]): number {
  return (marks.at(-1)?.ts ?? 0) - (marks[0]?.ts ?? 0);
}
