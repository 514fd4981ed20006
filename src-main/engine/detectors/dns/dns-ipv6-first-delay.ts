import { defineDetector } from '../detector';
import { ms } from '../words';
import { ofRow, unicast } from './questions';

/** A has come, AAAA never does: the client waits for it before it connects. */
export const dnsIpv6FirstDelay = defineDetector({
  id: 'dns-ipv6-first-delay',
  severity: 'warning',
  references: ['RFC 8305 §3', 'resolv.conf(5): single-request'],
  needs: ['dns', 'handshake'],
  detect({ dns, tcp }, { dns_timeout_s }) {
    const names = Map.groupBy(unicast(dns), ({ client, name }) => `${client} ${name.toLowerCase()}`);
    return [...names].flatMap(([about, rows]) => {
      const answered = rows.find(({ type, rcode, addresses }) => type === 'A' && rcode === 'NOERROR' && addresses.length > 0);
      const silent = rows.filter(({ type }) => type === 'AAAA');
      const [first] = silent;
      if (!answered || !first || silent.some(({ rcode }) => rcode !== null)) return [];
      const ready = answered.time + (answered.response_ms ?? 0) / 1000;
      const connect = tcp.find(
        ({ a, b, firstTs }) => a.ip === answered.client && answered.addresses.includes(b.ip) && firstTs >= ready,
      );
      const waited_s = connect ? connect.firstTs - ready : 0;
      if (!connect || waited_s < Math.min(dns_timeout_s, 2) || waited_s > dns_timeout_s * 4) return [];
      return {
        about,
        flow: connect,
        evidence: [
          ...ofRow(answered),
          ...silent.slice(0, 5).flatMap(ofRow),
          { packet: connect.firstFrame, ts: connect.firstTs, role: 'connect' },
        ],
        metrics: { name: answered.name.toLowerCase(), client: answered.client, server: first.server, waited_ms: waited_s * 1000 },
      };
    });
  },
  text: {
    en: {
      title: 'Waiting for an AAAA answer that never comes',
      summary: ({ name, client, server, waited_ms }) =>
        `${client} knew the address of ${name}, but waited ${ms(waited_ms)} for the AAAA answer of ${server} before it connected.`,
      advice: () => ['The resolver or a middlebox loses AAAA queries: repair it, or set "options single-request" on the client.'],
    },
    'zh-CN': {
      title: '等待不会到来的 AAAA 应答',
      summary: ({ name, client, server, waited_ms }) =>
        `${client} 已得到 ${name} 的地址，但在连接前为 ${server} 的 AAAA 应答等待了 ${ms(waited_ms)}。`,
      advice: () => ['解析器或中间设备丢弃 AAAA 查询：修复它，或在客户端设置 "options single-request"。'],
    },
  },
});
