import { defineDetector } from '../detector';
import { bytes } from '../words';
import { ofRow, unicast } from './questions';

/** What fits into an Ethernet frame behind IPv4 and UDP headers. */
const UNFRAGMENTED = 1472;

/** DNS answers that need fragments: many networks drop them. */
export const dnsLargeFragmented = defineDetector({
  id: 'dns-large-fragmented',
  severity: 'notice',
  references: ['DNS flag day 2020', 'RFC 9715'],
  needs: ['dns'],
  detect({ dns, fragments }, { edns_bytes }) {
    const large = unicast(dns).filter(
      ({ transport, response_bytes }) => transport === 'udp' && (response_bytes ?? 0) > UNFRAGMENTED,
    );
    const lost = fragments.lost.filter(({ port, why }) => port === 53 && why !== 'overlap');
    const servers = new Set([...large.map(({ server }) => server), ...lost.map(({ src }) => src)]);
    return [...servers].map(server => {
      const rows = large.filter(row => row.server === server);
      const missing = lost.filter(({ src }) => src === server);
      return {
        about: server,
        count: rows.length + missing.length,
        severity: missing.length > 0 ? 'warning' : 'notice',
        evidence: [
          ...rows.slice(0, 8).flatMap(ofRow),
          ...missing.map(({ firstFrame, ts }) => ({ packet: firstFrame, ts, role: 'fragment' })),
        ],
        metrics: {
          server,
          answers: rows.length,
          largest_bytes: Math.max(0, ...rows.map(({ response_bytes }) => response_bytes ?? 0)),
          fragments_missing: missing.length,
          threshold_bytes: edns_bytes,
        },
      };
    });
  },
  text: {
    en: {
      title: 'DNS answers in fragments',
      summary: ({ server, largest_bytes, fragments_missing }) =>
        fragments_missing > 0
          ? `Fragments of ${fragments_missing} DNS answers of ${server} are missing.`
          : `${server} sends answers of up to ${bytes(largest_bytes)} over UDP: they travel in fragments.`,
      advice: () => ['Set the EDNS buffer size of resolver and server to 1232 bytes: larger answers then come over TCP.'],
    },
    'zh-CN': {
      title: 'DNS 应答被分片',
      summary: ({ server, largest_bytes, fragments_missing }) =>
        fragments_missing > 0
          ? `${server} 的 ${fragments_missing} 个 DNS 应答缺少分片。`
          : `${server} 通过 UDP 发送最大 ${bytes(largest_bytes)} 的应答，需要分片传输。`,
      advice: () => ['将解析器和服务器的 EDNS 缓冲区设为 1232 字节：更大的应答将改用 TCP。'],
    },
  },
});
