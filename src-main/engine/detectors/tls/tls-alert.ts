import { defineDetector, type Observation } from '../detector';
import type { CaptureFacts } from '../facts';
import type { Mark } from '../flow-facts';
import { NO_ROWS, type Tally, tally } from '../peers';
import type { TlsFacts } from '../row-facts';
import { plural } from '../words';
import { flowOf, hellos, serverName } from './handshakes';

const CLOSE_NOTIFY = 0;
const USER_CANCELED = 90;
/** Of the TCP header. */
const RST = 4;

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

/** An encrypted alert may be a close: that the connection ends at once, its handshake unfinished, tells that it is none. */
const CLOSED_S = 1;

/** A fatal alert: the handshake failed, and one end says why; in TLS 1.3 to the other end only. */
export const tlsAlert = defineDetector({
  id: 'tls-alert',
  severity: 'warning',
  references: ['RFC 8446 §6'],
  needs: ['tls'],
  detect(facts) {
    const servers = tally(
      facts.tls,
      serverName,
      row => row.alerts.some(({ level }) => level === 'fatal') || closeAfter(facts, row) !== undefined,
    );
    return facts.tls.flatMap((row): Observation<AlertMetrics> | Observation<AlertMetrics>[] => {
      const alerts = row.alerts.filter(
        ({ code, level }) => code !== CLOSE_NOTIFY && (level === 'fatal' || code === USER_CANCELED),
      );
      const [alert] = alerts;
      if (!alert && row.encrypted_alert === null) return [];
      const attempts = servers.get(serverName(row)) ?? NO_ROWS;
      const all = attempts.such === attempts.all;
      if (!alert) return hiddenAlert(facts, row, attempts);
      const isHandshake = row.established_ms === null;
      const { by_client, code, description } = alert;
      const flow = flowOf(facts, row);
      return {
        ...(flow && { flow }),
        about: `${row.client} ${row.client_port}`,
        severity:
          alert.code === USER_CANCELED ? ('info' as const) : isHandshake && all ? ('critical' as const) : ('warning' as const),
        evidence: [
          ...hellos(row),
          ...alerts.map(({ frame, time, ...each }) => ({
            packet: frame,
            ts: time,
            role: 'alert',
            fields: {
              'tls.alert_message.desc': each.code,
              description: each.description,
              by: each.by_client ? 'client' : 'server',
            },
          })),
        ],
        metrics: { ...metricsOf(row, attempts), by_client, encrypted: false, code, description },
      };
    });
  },
  text: {
    en: {
      title: 'TLS alert',
      summary: ({ server, by_client, encrypted, description, code, attempts, all_fail }) =>
        `The ${by_client ? 'client' : 'server'} ended the TLS handshake with ${server}${encrypted ? ' by an encrypted alert' : `: ${description} (${code})`}${all_fail && attempts > 1 ? `; all of ${plural(attempts, 'attempt')} there fail` : ''}.`,
      advice: ({ code, encrypted, by_client }) => [
        encrypted && by_client
          ? 'Most often the client does not accept the certificate (its issuer, name or dates): look in its log, or ask the server for its certificate.'
          : (ADVICE[code ?? -1]?.[0] ?? 'Look in the log of the end that sent the alert.'),
      ],
    },
    'zh-CN': {
      title: 'TLS 警报',
      summary: ({ server, by_client, encrypted, description, code, attempts, all_fail }) =>
        `${by_client ? '客户端' : '服务器'}${encrypted ? '以加密警报' : ''}中止了与 ${server} 的 TLS 握手${encrypted ? '' : `：${description}（${code}）`}${all_fail && attempts > 1 ? `；到该处的 ${attempts} 次尝试全部失败` : ''}。`,
      advice: ({ code, encrypted, by_client }) => [
        encrypted && by_client
          ? '多半是客户端不接受证书（签发者、名称或日期）：查看其日志，或向服务器查询其证书。'
          : (ADVICE[code ?? -1]?.[1] ?? '查看发送警报一方的日志。'),
      ],
    },
  },
});

/** The FIN or RST right behind an encrypted alert of the handshake. */
function closeAfter(facts: CaptureFacts, row: TlsFacts): Mark | undefined {
  const { encrypted_alert: alert } = row;
  if (alert === null) return undefined;
  const flow = flowOf(facts, row);
  if (flow?.proto !== 'tcp') return undefined;
  return [...flow.fins, ...flow.resets].find(({ frame, ts }) => frame >= alert.frame && ts - alert.time <= CLOSED_S);
}

/** What both kinds of alert are worded with. */
type AlertMetrics = ReturnType<typeof metricsOf> & {
  by_client: boolean;
  encrypted: boolean;
  code: number | null;
  description: string | null;
};

function metricsOf(row: TlsFacts, { all, such }: Tally) {
  return {
    server: serverName(row),
    sni: row.sni,
    offered_versions: row.versions_offered.join(', '),
    offered_ciphers: row.suites_offered,
    attempts: all,
    all_fail: such === all,
  };
}

function hiddenAlert(facts: CaptureFacts, row: TlsFacts, attempts: Tally): Observation<AlertMetrics>[] {
  const { encrypted_alert: alert } = row;
  const close = closeAfter(facts, row);
  if (!alert || !close) return [];
  const { frame, time, by_client } = alert;
  const observed: Observation<AlertMetrics> = {
    about: `${row.client} ${row.client_port}`,
    severity: attempts.such === attempts.all ? 'critical' : 'warning',
    confidence: 'medium',
    evidence: [
      ...hellos(row),
      { packet: frame, ts: time, role: 'alert', fields: { by: by_client ? 'client' : 'server' } },
      { packet: close.frame, ts: close.ts, role: (close.flags & RST) !== 0 ? 'reset' : 'fin' },
    ],
    metrics: { ...metricsOf(row, attempts), by_client, encrypted: true, code: null, description: null },
  };
  const flow = flowOf(facts, row);
  return [flow ? { ...observed, flow } : observed];
}
