import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { ofRow, unicast } from './questions';

const RETRY_S = 5;
const ANSWER_S = 3;

/** A truncated answer that the client wanted to fetch over TCP, and could not. */
export const dnsTcpBlocked = defineDetector({
  id: 'dns-tcp-blocked',
  severity: 'critical',
  references: ['RFC 7766 §5'],
  needs: ['dns', 'tcp'],
  detect({ dns, endTs, tcp }) {
    return unicast(dns)
      .filter(({ truncated, transport }) => truncated && transport === 'udp')
      .flatMap(row => {
        const flow = tcp.find(
          ({ a, b, firstTs }) =>
            a.ip === row.client && b.ip === row.server && b.port === 53 && firstTs >= row.time && firstTs - row.time <= RETRY_S,
        );
        const [syn] = flow?.syns ?? [];
        if (!flow || !syn || flow.synAcks.length > 0) return [];
        const refused = flow.resets.some(({ from }) => from === 1);
        if (!refused && endTs - syn.ts < ANSWER_S) return [];
        return {
          flow,
          evidence: [...ofRow(row), ofMark(syn, 'syn')],
          metrics: { name: row.name, server: row.server, refused },
        };
      });
  },
  text: {
    en: {
      title: 'DNS over TCP is blocked',
      summary: ({ name, server, refused }) =>
        `The answer for ${name} needs TCP, but ${server} ${refused ? 'refuses' : 'does not answer'} TCP on port 53.`,
      advice: () => ['Allow TCP port 53 to the resolver: it is not only for zone transfers.'],
    },
    'zh-CN': {
      title: 'DNS over TCP 被阻断',
      summary: ({ name, server, refused }) =>
        `${name} 的应答需要 TCP，但 ${server} ${refused ? '拒绝' : '不应答'} 53 端口的 TCP 连接。`,
      advice: () => ['放行到解析器的 TCP 53 端口：它不仅用于区域传送。'],
    },
  },
});
