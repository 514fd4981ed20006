import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { byServer, serverKey } from '../peers';
import { at } from '../words';

const MANY_FLOWS = 10;

/** One end closed, the other neither sends nor closes: its application forgot the socket. */
export const tcpHalfCloseStuck = defineDetector({
  id: 'tcp-half-close-stuck',
  severity: 'notice',
  references: ['RFC 9293 §3.6'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ signs, endTs }, { half_close_s }) {
    const stuck = signs.halfClosed.flatMap(flow => {
      const [fin] = flow.fins;
      if (!fin || flow.resets.length > 0 || flow.fins.some(({ from }) => from !== fin.from)) return [];
      const closer = flow.sides[fin.from];
      const other = flow.sides[fin.from === 0 ? 1 : 0];
      if (!closer.allAcked || other.packets === 0) return [];
      const silent_s = endTs - Math.max(fin.ts, Number.isNaN(other.lastDataTs) ? 0 : other.lastDataTs);
      return silent_s >= half_close_s ? [{ flow, fin, silent_s }] : [];
    });
    const servers = byServer(stuck.map(({ flow }) => flow));
    return stuck.map(({ flow, fin, silent_s }) => {
      const [closer, other] = fin.from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
      const flows = servers.get(serverKey(flow))?.length ?? 1;
      return {
        flow,
        severity: flows >= MANY_FLOWS ? 'warning' : 'notice',
        lastTs: endTs,
        evidence: [ofMark(fin, 'fin')],
        metrics: {
          closer: at(closer.ip, closer.port),
          other: at(other.ip, other.port),
          silent_s,
          flows,
          threshold_s: half_close_s,
        },
        caveats: ['not_all_frames'] as const,
      };
    });
  },
  text: {
    en: {
      title: 'Connection closed on one side only',
      summary: ({ closer, other, silent_s }) =>
        `${closer} closed; ${other} has neither closed nor sent anything for ${silent_s.toFixed(0)} s.`,
      advice: ({ other }) => [
        `The application at ${other} does not close its socket: list its sockets in CLOSE-WAIT with their process.`,
      ],
    },
    'zh-CN': {
      title: '连接仅单方关闭',
      summary: ({ closer, other, silent_s }) => `${closer} 已关闭；${other} 在 ${silent_s.toFixed(0)} 秒内既未关闭也未发送数据。`,
      advice: ({ other }) => [`${other} 上的应用程序没有关闭套接字：列出处于 CLOSE-WAIT 的套接字及其进程。`],
    },
  },
});
