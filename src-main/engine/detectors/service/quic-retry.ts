import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { plural } from '../words';
import { initials, quicFlow, quicServer } from './quic-handshakes';

/** The server wants the client to prove its address first: it costs a round trip. */
export const quicRetry = defineDetector({
  id: 'quic-retry',
  severity: 'info',
  references: ['RFC 9000 §8.1.2'],
  needs: ['quic'],
  detect(facts) {
    const found = facts.quic.filter(({ retry_frames }) => retry_frames.length > 0);
    return [...Map.groupBy(found, quicServer)].flatMap(([server, rows]) => {
      const [first] = rows;
      if (!first) return [];
      return {
        about: server,
        flow: rows.length === 1 ? quicFlow(facts, first) : undefined,
        count: rows.length,
        evidence: [...initials(first), ...ofFrames(rows.flatMap(row => [...row.retry_frames]).slice(0, 8), 'retry')],
        metrics: { server, connections: rows.length },
      };
    });
  },
  text: {
    en: {
      title: 'QUIC address validation',
      summary: ({ server, connections }) =>
        `${server} asked ${plural(connections, 'client connection')} to begin again with a token (Retry).`,
      advice: () => ['Usual when the server is under load or cautious: each handshake takes a round trip more.'],
    },
    'zh-CN': {
      title: 'QUIC 地址验证',
      summary: ({ server, connections }) => `${server} 要求 ${connections} 个客户端连接携带令牌重新开始（Retry）。`,
      advice: () => ['服务器负载高或较谨慎时属正常：每次握手多一个往返。'],
    },
  },
});
