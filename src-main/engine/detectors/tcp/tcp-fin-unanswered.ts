import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { byServer, serverKey } from '../peers';
import { at, plural } from '../words';

const MIN_FINS = 3;

/** A FIN sent again and again that is never acknowledged: the peer is gone. */
export const tcpFinUnanswered = defineDetector({
  id: 'tcp-fin-unanswered',
  severity: 'notice',
  references: ['RFC 9293 §3.6'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ signs }) {
    const unanswered = signs.halfClosed.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const side = flow.sides[from];
        const other = flow.sides[from === 0 ? 1 : 0];
        if (side.fins < MIN_FINS) return [];
        const fins = flow.fins.filter(mark => mark.from === from);
        const isOver = flow.resets.some(mark => mark.from !== from);
        return !side.allAcked && other.packets > 0 && !isOver ? [{ flow, from, fins, count: side.fins }] : [];
      }),
    );
    const servers = byServer(unanswered.map(({ flow }) => flow));
    return unanswered.map(({ flow, from, fins, count }) => {
      const [sender, peer] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
      const flows = servers.get(serverKey(flow))?.length ?? 1;
      return {
        flow,
        count,
        severity: flows >= 3 ? 'warning' : 'notice',
        evidence: fins.map(mark => ofMark(mark, 'fin')),
        metrics: { sender: at(sender.ip, sender.port), peer: at(peer.ip, peer.port), fins: count, flows },
      };
    });
  },
  text: {
    en: {
      title: 'Close without answer',
      summary: ({ sender, peer, fins }) => `${peer} acknowledged none of ${plural(fins, 'FIN')} of ${sender}.`,
      advice: () => ['The peer vanished, or a firewall dropped the state of the connection before it was closed.'],
    },
    'zh-CN': {
      title: '关闭请求无应答',
      summary: ({ sender, peer, fins }) => `${peer} 未确认 ${sender} 的 ${fins} 个 FIN。`,
      advice: () => ['对端已消失，或防火墙在连接关闭前丢弃了其状态。'],
    },
  },
});
