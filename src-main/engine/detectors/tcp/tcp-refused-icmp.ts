import { defineDetector } from '../detector';
import { isUnreachable, reasonOf } from '../icmp-codes';
import { at } from '../words';

/** An ICMP error that answers a SYN: a router or a host firewall on the way says no, by its own name. */
export const tcpRefusedIcmp = defineDetector({
  id: 'tcp-refused-icmp',
  severity: 'warning',
  references: ['RFC 792', 'RFC 4443', 'RFC 5461'],
  needs: ['icmp'],
  detect({ icmpErrors, flow: flowOf }) {
    return icmpErrors.flatMap(({ frame, ts, family, type, code, reporter, quote, flow }) => {
      if (!isUnreachable(family, type, code) || quote?.protocol !== 6) return [];
      const known = flow === null ? undefined : flowOf(flow);
      const isOpen = known?.proto === 'tcp' && (known.synAcks.length > 0 || known.syns.length === 0);
      // Eight quoted bytes do not reach to the flags: the flow tells.
      if (isOpen || (known === undefined && quote.syn !== true) || quote.syn === false) return [];
      const syn = known?.proto === 'tcp' ? known.syns.findLast(mark => mark.frame < frame) : undefined;
      return {
        flow: known,
        about: known ? undefined : `${quote.src} ${quote.dst} ${quote.dport} ${reporter}`,
        peer: `${quote.dst} ${quote.dport}`,
        source: quote.src,
        evidence: [
          ...(syn ? [{ packet: syn.frame, ts: syn.ts, role: 'syn' }] : []),
          { packet: frame, ts, role: 'icmp', fields: { 'icmp.type': type, 'icmp.code': code, 'ip.src': reporter } },
        ],
        metrics: { server: at(quote.dst, quote.dport), server_ip: quote.dst, reporter, family, type, code },
      };
    });
  },
  text: {
    en: {
      title: 'Connection attempt rejected by ICMP',
      summary: ({ server, reporter, family, type, code }) =>
        `${reporter} says of a connection to ${server}: ${reasonOf(family, type, code, 'en')}.`,
      advice: ({ reporter, server_ip }) => [
        reporter === server_ip
          ? 'The host itself rejects it, by a firewall rule.'
          : `Ask whoever runs ${reporter}: it is on the way to the server, the server never saw the attempt.`,
      ],
    },
    'zh-CN': {
      title: '连接请求被 ICMP 拒绝',
      summary: ({ server, reporter, family, type, code }) =>
        `${reporter} 对到 ${server} 的连接回应：${reasonOf(family, type, code, 'zh-CN')}。`,
      advice: ({ reporter, server_ip }) => [
        reporter === server_ip
          ? '由主机自身的防火墙规则拒绝。'
          : `请联系 ${reporter} 的管理者：它位于通往服务器的路径上，服务器并未收到该请求。`,
      ],
    },
  },
});
