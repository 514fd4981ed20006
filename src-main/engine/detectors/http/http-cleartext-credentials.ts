import { defineDetector } from '../detector';
import { isLoopback, isPrivate } from '../peers';
import { at, plural } from '../words';

/** Schemes that prove the secret without sending it. */
const CHALLENGED = new Set([
  'digest',
  'ntlm',
  'negotiate',
  'kerberos',
  'cram-md5',
  'digest-md5',
  'scram-sha-1',
  'scram-sha-256',
  'apop',
  'gssapi',
]);
const COOKIES = new Set(['cookie', 'set-cookie']);

/** Credentials that everybody on the way can read. Their values are never kept. */
export const httpCleartextCredentials = defineDetector({
  id: 'http-cleartext-credentials',
  severity: 'warning',
  references: ['RFC 7617 §4', 'RFC 6750 §5.3'],
  needs: ['packets'],
  detect({ credentials, flow }) {
    const seen = credentials.filter(({ client, server }) => !isLoopback(client) && !isLoopback(server));
    const groups = Map.groupBy(
      seen,
      ({ protocol, server, server_port, name, scheme }) => `${protocol} ${server} ${server_port} ${name} ${scheme}`,
    );
    return [...groups].flatMap(([about, same]) => {
      const [first] = same;
      if (!first) return [];
      const { protocol, server, server_port, name, scheme, length } = first;
      const isChallenge = CHALLENGED.has(scheme?.toLowerCase() ?? '');
      const isCookie = COOKIES.has(name.toLowerCase());
      const isPublic = !isPrivate(server);
      return {
        about,
        flow: flow(first.stream),
        peer: `${server} ${server_port}`,
        // A cookie may be a session or nothing: its name is not kept.
        severity: isChallenge || isCookie ? ('notice' as const) : isPublic ? ('critical' as const) : ('warning' as const),
        count: same.length,
        evidence: same.slice(0, 10).map(row => ({
          packet: row.frame,
          ts: row.time,
          role: 'credential',
          fields: { name: row.name, scheme: row.scheme, length: row.length, value: '***' },
        })),
        metrics: {
          protocol,
          server: at(server, server_port),
          name,
          scheme,
          value_length: length,
          times: same.length,
          public_address: isPublic,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Credentials in clear text',
      summary: ({ protocol, server, name, scheme, times }) =>
        `${name}${scheme ? ` (${scheme})` : ''} went to ${server} by ${protocol} without encryption (${plural(times, 'time')}).`,
      advice: () => ['Use TLS for this service, and change what was sent: whoever is on the way could read it.'],
    },
    'zh-CN': {
      title: '明文传输凭据',
      summary: ({ protocol, server, name, scheme, times }) =>
        `${name}${scheme ? `（${scheme}）` : ''}通过 ${protocol} 未加密发送到 ${server}（${times} 次）。`,
      advice: () => ['请为该服务启用 TLS，并更换已发送的凭据：途中任何人都可能读取。'],
    },
  },
});
