import { defineDetector } from '../detector';
import { NO_ROWS, tally } from '../peers';
import { bytes, plural } from '../words';
import { flowOf, hellos, serverName } from './handshakes';

const CLOSED_S = 5;
/** A hello larger than one segment: post-quantum keys. */
const LARGE_HELLO = 1400;

/** A ClientHello that no ServerHello follows. */
export const tlsHandshakeFailed = defineDetector({
  id: 'tls-handshake-failed',
  severity: 'warning',
  references: ['RFC 8446 §4.1.1'],
  needs: ['tls', 'both_directions'],
  detect(facts, { tls_silence_s }) {
    const rows = facts.tls.filter(({ transport, client_hello_frame }) => transport === 'tcp' && client_hello_frame !== null);
    const servers = tally(rows, serverName, ({ server_hello_frame }) => server_hello_frame === null);
    return rows.flatMap(row => {
      if (row.server_hello_frame !== null || row.alerts.length > 0 || row.clear_text_answer !== null) return [];
      const flow = flowOf(facts, row);
      if (flow?.proto !== 'tcp' || !flow.bothWays) return [];
      const [client, server] =
        flow.a.ip === row.client && flow.a.port === row.client_port ? flow.sides : [flow.sides[1], flow.sides[0]];
      const serverIndex = client === flow.sides[0] ? 1 : 0;
      // Data came, but not as a ServerHello: the capture misses it, or it is no TLS.
      if (server.payload > 0 || server.gaps.total > 0) return [];
      const end = [...flow.resets, ...flow.fins].find(({ from, ts }) => from === serverIndex && ts >= row.time);
      const lostHello = client.repeats.some(({ acked, times }) => !acked && times >= 2) && !client.allAcked;
      const kind =
        end && end.ts - row.time <= CLOSED_S
          ? 'closed'
          : lostHello
            ? 'hello_lost'
            : facts.endTs - row.time >= tls_silence_s
              ? 'silence'
              : null;
      // A client that hangs up at once did not wait for the answer.
      const gaveUp = [...flow.resets, ...flow.fins].some(({ from, ts }) => from !== serverIndex && ts - row.time < tls_silence_s);
      if (kind === null || (kind === 'silence' && gaveUp)) return [];
      const attempts = servers.get(serverName(row)) ?? NO_ROWS;
      const all = attempts.such === attempts.all;
      return {
        flow,
        severity: all && attempts.all > 1 ? ('critical' as const) : ('warning' as const),
        evidence: [
          ...hellos(row),
          ...(end ? [{ packet: end.frame, ts: end.ts, role: (end.flags & 4) !== 0 ? 'reset' : 'fin' }] : []),
        ],
        metrics: {
          server: serverName(row),
          kind,
          sni: row.sni,
          hello_bytes: row.client_hello_bytes,
          large_hello: (row.client_hello_bytes ?? 0) > LARGE_HELLO,
          attempts: attempts.all,
          all_fail: all,
          threshold_s: tls_silence_s,
        },
      };
    });
  },
  text: {
    en: {
      title: 'TLS handshake failed',
      summary: ({ server, kind, attempts, all_fail }) =>
        `${server} ${kind === 'closed' ? 'closed the connection' : kind === 'silence' ? 'said nothing' : 'never got the whole hello'} after the ClientHello${all_fail && attempts > 1 ? ` (${plural(attempts, 'attempt')}, all without success)` : ''}.`,
      advice: ({ large_hello, hello_bytes, kind }) => [
        large_hello
          ? `The hello has ${bytes(hello_bytes ?? 0)}: a middlebox may not bear hellos of two segments (post-quantum keys), or the path loses large packets.`
          : kind === 'closed'
            ? 'Nothing there speaks TLS for this name, or a firewall closes by SNI: try the name from another network.'
            : 'The server accepts but does not answer: look at its load and log.',
      ],
    },
    'zh-CN': {
      title: 'TLS 握手失败',
      summary: ({ server, kind, attempts, all_fail }) =>
        `${server} 在 ClientHello 之后${kind === 'closed' ? '关闭了连接' : kind === 'silence' ? '没有回应' : '未收到完整的 hello'}${all_fail && attempts > 1 ? `（${attempts} 次尝试均失败）` : ''}。`,
      advice: ({ large_hello, hello_bytes, kind }) => [
        large_hello
          ? `该 hello 有 ${bytes(hello_bytes ?? 0)}：中间设备可能无法处理跨两个段的 hello（后量子密钥），或路径丢失大数据包。`
          : kind === 'closed'
            ? '该处没有为此名称提供 TLS，或防火墙按 SNI 关闭连接：换一个网络尝试。'
            : '服务器接受连接但不应答：检查其负载和日志。',
      ],
    },
  },
});
