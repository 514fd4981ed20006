import { defineDetector } from '../detector';
import { NO_ROWS, tally } from '../peers';
import { plural } from '../words';
import { flowOf, hellos, serverName } from './handshakes';

const CLOSE_NOTIFY = 0;
const USER_CANCELED = 90;

/** What the alert most likely means (RFC 8446 section 6). */
const ADVICE: Readonly<Record<number, readonly [en: string, zh: string]>> = {
  40: ['No common cipher or parameter: compare what both ends offer.', '双方没有共同的加密套件或参数：比较两端所提供的。'],
  42: [
    'The receiver of the certificate rejects it: look at its chain, names and dates.',
    '证书接收方拒绝了证书：检查证书链、名称和日期。',
  ],
  43: ['The receiver does not support this kind of certificate.', '接收方不支持此类证书。'],
  44: ['The certificate was revoked: replace it.', '证书已被吊销：请更换。'],
  45: ['The certificate has expired: renew it; also check the clock of the other end.', '证书已过期：请更新；并检查对端时钟。'],
  46: ['The receiver does not accept the certificate: look in its log.', '接收方不接受该证书：查看其日志。'],
  48: [
    'The issuer is not trusted: a private CA is missing on the client, or an intercepting proxy is in between.',
    '签发者不受信任：客户端缺少私有 CA，或中间有拦截代理。',
  ],
  70: ['The versions of TLS do not overlap: update the older end.', '双方 TLS 版本没有交集：升级较旧的一方。'],
  71: ['The other end asks for stronger ciphers.', '对端要求更强的加密套件。'],
  80: ['The other end has a problem of its own: look in its log.', '对端内部错误：查看其日志。'],
  86: ['The client fell back to an older version needlessly.', '客户端不必要地回退到旧版本。'],
  109: ['An extension is missing: an old client or server.', '缺少扩展：客户端或服务器过旧。'],
  112: ['The server does not know this name: check SNI and the virtual hosts.', '服务器不认识该名称：检查 SNI 和虚拟主机配置。'],
  116: ['The server wants a client certificate.', '服务器要求客户端证书。'],
  120: ['No common application protocol (ALPN).', '没有共同的应用层协议（ALPN）。'],
};

/** A fatal alert in clear text: the handshake failed, and one end says why. */
export const tlsAlert = defineDetector({
  id: 'tls-alert',
  severity: 'warning',
  references: ['RFC 8446 §6'],
  needs: ['tls'],
  detect(facts) {
    const servers = tally(facts.tls, serverName, row => row.alerts.some(({ level }) => level === 'fatal'));
    return facts.tls.flatMap(row => {
      const alerts = row.alerts.filter(
        ({ code, level }) => code !== CLOSE_NOTIFY && (level === 'fatal' || code === USER_CANCELED),
      );
      const [alert] = alerts;
      if (!alert) return [];
      const attempts = servers.get(serverName(row)) ?? NO_ROWS;
      const all = attempts.such === attempts.all;
      const isHandshake = row.established_ms === null;
      return {
        flow: flowOf(facts, row),
        about: `${row.client} ${row.client_port}`,
        severity:
          alert.code === USER_CANCELED ? ('info' as const) : isHandshake && all ? ('critical' as const) : ('warning' as const),
        evidence: [
          ...hellos(row),
          ...alerts.map(({ frame, time, description, code, by_client }) => ({
            packet: frame,
            ts: time,
            role: 'alert',
            fields: { 'tls.alert_message.desc': code, description, by: by_client ? 'client' : 'server' },
          })),
        ],
        metrics: {
          server: serverName(row),
          by_client: alert.by_client,
          code: alert.code,
          description: alert.description,
          sni: row.sni,
          offered_versions: row.versions_offered.join(', '),
          offered_ciphers: row.suites_offered,
          attempts: attempts.all,
          all_fail: all,
        },
      };
    });
  },
  text: {
    en: {
      title: 'TLS alert',
      summary: ({ server, by_client, description, code, attempts, all_fail }) =>
        `The ${by_client ? 'client' : 'server'} ended the TLS handshake with ${server}: ${description} (${code})${all_fail && attempts > 1 ? `; all of ${plural(attempts, 'attempt')} there fail` : ''}.`,
      advice: ({ code }) => [ADVICE[code]?.[0] ?? 'Look in the log of the end that sent the alert.'],
    },
    'zh-CN': {
      title: 'TLS 警报',
      summary: ({ server, by_client, description, code, attempts, all_fail }) =>
        `${by_client ? '客户端' : '服务器'}中止了与 ${server} 的 TLS 握手：${description}（${code}）${all_fail && attempts > 1 ? `；到该处的 ${attempts} 次尝试全部失败` : ''}。`,
      advice: ({ code }) => [ADVICE[code]?.[1] ?? '查看发送警报一方的日志。'],
    },
  },
});
