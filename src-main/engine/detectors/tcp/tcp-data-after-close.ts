import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { at } from '../words';

/** Data came for a connection its receiver had closed already, and was answered by RST. */
export const tcpDataAfterClose = defineDetector({
  id: 'tcp-data-after-close',
  severity: 'notice',
  references: ['RFC 1122 §4.2.2.13'],
  needs: ['tcp_both_ways'],
  detect({ signs }) {
    return signs.reset.flatMap(flow => {
      const context = flow.resetContexts.find(({ finOwn, finOther }) => finOwn && !finOther);
      const fin = context && flow.fins.find(({ from }) => from === context.from);
      if (!context || !fin || context.lastDataOther < fin.frame) return [];
      const [closer, sender] = context.from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
      return {
        flow,
        evidence: [
          ofMark(fin, 'fin'),
          { packet: context.lastDataOther, ts: Number.NaN, role: 'late_data' },
          { packet: context.frame, ts: context.ts, role: 'reset' },
        ],
        metrics: {
          closer: at(closer.ip, closer.port),
          sender: at(sender.ip, sender.port),
          late_ms: (context.ts - fin.ts) * 1000,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Data after the close',
      summary: ({ closer, sender }) => `${sender} sent data to ${closer}, which had closed the connection already.`,
      advice: () => ['Often a client that timed out before the server answered: compare with the times of the requests.'],
    },
    'zh-CN': {
      title: '关闭后仍收到数据',
      summary: ({ closer, sender }) => `${sender} 向 ${closer} 发送了数据，而后者已关闭连接。`,
      advice: () => ['常见原因是客户端在服务器应答之前超时：请对照请求耗时。'],
    },
  },
});
