import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { NO_ROWS, serverKey, tally, toServersOf } from '../peers';
import { at, ms } from '../words';

/** A SYN answered by RST before any SYN/ACK: nothing listens there, or the backlog policy resets. */
export const tcpConnectionRefused = defineDetector({
  id: 'tcp-connection-refused',
  severity: 'warning',
  references: ['RFC 9293 §3.10.7.1'],
  needs: ['handshake'],
  detect({ tcp, signs }, { syn_critical_count }) {
    if (signs.reset.length === 0) return [];
    const near = toServersOf(signs.reset, tcp);
    const servers = tally(near, serverKey, ({ synAcks }) => synAcks.length === 0);
    const ttls = new Map(near.flatMap(({ b, synAcks: [synAck] }) => (synAck ? [[b.ip, synAck.ttl] as const] : [])));
    return signs.reset.flatMap(flow => {
      const { syns, resets, synAcks, b } = flow;
      const [syn] = syns;
      // Sequence numbers count from the SYN, so its RST acknowledges 1.
      const reset = resets.find(({ from, ack }) => from === 1 && ack === 1);
      if (!syn || !reset || synAcks.some(({ frame }) => frame < reset.frame)) return [];
      const asked = syns.findLast(({ frame }) => frame < reset.frame) ?? syn;
      const { all, such } = servers.get(serverKey(flow)) ?? NO_ROWS;
      const allRefused = all >= syn_critical_count && such === all;
      return {
        flow,
        count: resets.length,
        severity: allRefused ? 'critical' : 'warning',
        evidence: [...syns.map(mark => ofMark(mark, 'syn')), ...resets.map(mark => ofMark(mark, 'reset'))],
        metrics: {
          server: at(b.ip, b.port),
          gap_ms: Math.max(0, (reset.ts - asked.ts) * 1000),
          attempts_there: all,
          ttl_difference: Math.abs((ttls.get(b.ip) ?? reset.ttl) - reset.ttl),
        },
      };
    });
  },
  text: {
    en: {
      title: 'Connection refused',
      summary: ({ server, gap_ms }) => `${server} refused the connection after ${ms(gap_ms)}.`,
      advice: ({ ttl_difference }) => [
        'See what listens on that port, and on which address family (only ::1 or 127.0.0.1?).',
        ttl_difference > 2
          ? `The reset came with a TTL that differs by ${ttl_difference} from other packets of that host: a firewall in between may have sent it.`
          : 'Look for a firewall rule that rejects with a reset.',
      ],
    },
    'zh-CN': {
      title: '连接被拒绝',
      summary: ({ server, gap_ms }) => `${server} 在 ${ms(gap_ms)} 后拒绝了连接。`,
      advice: ({ ttl_difference }) => [
        '查看该端口上是否有程序监听，以及监听的地址族（是否只监听 ::1 或 127.0.0.1）。',
        ttl_difference > 2
          ? `该 RST 的 TTL 与该主机其他数据包相差 ${ttl_difference}：可能由中间的防火墙发出。`
          : '检查是否有以 RST 拒绝连接的防火墙规则。',
      ],
    },
  },
});
