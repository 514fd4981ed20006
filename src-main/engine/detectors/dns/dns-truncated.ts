import { defineDetector } from '../detector';
import { ofRow, unicast } from './questions';

const RETRY_S = 5;

/** An answer that did not fit into a datagram, and that the client did not fetch over TCP, or could. */
export const dnsTruncated = defineDetector({
  id: 'dns-truncated',
  severity: 'notice',
  references: ['RFC 7766', 'DNS flag day 2020'],
  needs: ['dns'],
  detect({ dns, endTs, tcp }) {
    const rows = unicast(dns);
    return rows
      .filter(({ truncated, transport }) => truncated && transport === 'udp')
      .flatMap(row => {
        const retried = rows.some(
          other =>
            other.transport === 'tcp' &&
            other.client === row.client &&
            other.server === row.server &&
            other.name === row.name &&
            other.time >= row.time,
        );
        const tried = tcp.some(
          ({ a, b, firstTs }) =>
            a.ip === row.client && b.ip === row.server && b.port === 53 && firstTs >= row.time && firstTs - row.time <= RETRY_S,
        );
        // A retry that fails is another finding (dns-tcp-blocked); one that may still come is none.
        if ((tried && !retried) || (!tried && endTs - row.time < RETRY_S)) return [];
        return {
          about: `${row.server} ${row.name.toLowerCase()}`,
          severity: retried ? ('info' as const) : ('notice' as const),
          evidence: ofRow(row),
          metrics: { name: row.name, server: row.server, retried_over_tcp: retried, edns_bytes: row.query_edns_bytes },
        };
      });
  },
  text: {
    en: {
      title: 'Truncated DNS answer',
      summary: ({ name, server, retried_over_tcp }) =>
        `The answer of ${server} for ${name} did not fit into a datagram; the client ${retried_over_tcp ? 'fetched it over TCP' : 'did not ask again over TCP'}.`,
      advice: () => ['An EDNS buffer of 1232 bytes avoids most of it; TCP port 53 must pass for the rest.'],
    },
    'zh-CN': {
      title: 'DNS 应答被截断',
      summary: ({ name, server, retried_over_tcp }) =>
        `${server} 对 ${name} 的应答超出数据报；客户端${retried_over_tcp ? '已通过 TCP 重新获取' : '未通过 TCP 重试'}。`,
      advice: () => ['将 EDNS 缓冲区设为 1232 字节可避免多数情况；其余情况需要放行 TCP 53 端口。'],
    },
  },
});
