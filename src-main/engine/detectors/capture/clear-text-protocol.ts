import { defineDetector } from '../detector';
import type { FlowFacts } from '../flow-facts';
import { isLoopback, isPrivate } from '../peers';
import { at, plural } from '../words';

/** Protocols that carry passwords or data readable, by server port. */
const CLEAR = new Map<string, { protocol: string; instead: string }>([
  ['tcp 23', { protocol: 'Telnet', instead: 'SSH' }],
  ['tcp 21', { protocol: 'FTP', instead: 'SFTP, FTPS' }],
  ['tcp 110', { protocol: 'POP3', instead: 'POP3S (995)' }],
  ['tcp 143', { protocol: 'IMAP', instead: 'IMAPS (993)' }],
  ['tcp 389', { protocol: 'LDAP', instead: 'LDAPS (636), StartTLS' }],
  ['tcp 512', { protocol: 'rexec', instead: 'SSH' }],
  ['tcp 513', { protocol: 'rlogin', instead: 'SSH' }],
  ['tcp 514', { protocol: 'rsh', instead: 'SSH' }],
  ['udp 161', { protocol: 'SNMP v1/v2c', instead: 'SNMPv3' }],
]);

const PORTS = new Set(Array.from(CLEAR.keys(), key => Number(key.split(' ')[1])));

/** Protocols without encryption in use. */
export const clearTextProtocol = defineDetector({
  id: 'clear-text-protocol',
  severity: 'notice',
  references: ['RFC 8314', 'RFC 4949'],
  needs: ['packets'],
  detect({ tcp, udp, tls }) {
    // STARTTLS: the connection turned to TLS.
    const encrypted = new Set(tls.map(({ stream }) => stream));
    const speaks = (flow: FlowFacts): boolean => {
      if (!PORTS.has(flow.b.port) || !CLEAR.has(`${flow.proto} ${flow.b.port}`)) return false;
      if (isLoopback(flow.b.ip) || encrypted.has(flow.number)) return false;
      // Both have said something: what only knocked is no use of it.
      return flow.proto === 'udp' ? flow.sides[1].packets > 0 : flow.sides[0].payload > 0 && flow.sides[1].payload > 0;
    };
    const used = [...tcp, ...udp].filter(speaks);
    return [...Map.groupBy(used, ({ proto, b }) => `${proto} ${b.ip} ${b.port}`)].flatMap(([about, flows]) => {
      const [first] = flows;
      const known = first && CLEAR.get(`${first.proto} ${first.b.port}`);
      if (!first || !known) return [];
      return {
        about,
        flow: flows.length === 1 ? first : undefined,
        peer: `${first.b.ip} ${first.b.port}`,
        count: flows.length,
        severity: isPrivate(first.b.ip) ? ('notice' as const) : ('warning' as const),
        evidence: flows.slice(0, 8).map(({ firstFrame, firstTs }) => ({ packet: firstFrame, ts: firstTs, role: 'first' })),
        metrics: {
          protocol: known.protocol.toLowerCase(),
          name: known.protocol,
          server: at(first.b.ip, first.b.port),
          connections: flows.length,
          instead: known.instead,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Protocol without encryption',
      summary: ({ name, server, connections }) =>
        `${server} is used by ${name}, without encryption (${plural(connections, 'connection')}).`,
      advice: ({ instead }) => [`Use ${instead} instead.`],
    },
    'zh-CN': {
      title: '未加密的协议',
      summary: ({ name, server, connections }) => `${server} 通过未加密的 ${name} 被使用（${connections} 个连接）。`,
      advice: ({ instead }) => [`请改用 ${instead}。`],
    },
  },
});
