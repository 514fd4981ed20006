import { defineDetector } from '../detector';
import { isPrivate } from '../peers';
import { ofRow, unicast } from './questions';

/** Names that are private by their ending. */
const PRIVATE_NAME =
  /(^|\.)(local|localhost|lan|home|internal|intranet|corp|private|test|example|invalid|onion|home\.arpa|localdomain|svc|cluster)$/;

/** A public name with an address of a private network. */
export const dnsPrivateAnswer = defineDetector({
  id: 'dns-private-answer',
  severity: 'notice',
  references: ['RFC 1918', 'RFC 6890'],
  needs: ['dns'],
  detect({ dns }) {
    const found = Map.groupBy(
      unicast(dns).filter(
        ({ name, type, addresses, server }) =>
          (type === 'A' || type === 'AAAA') &&
          name.includes('.') &&
          !PRIVATE_NAME.test(name.toLowerCase()) &&
          addresses.some(address => isPrivate(address) && address !== '0.0.0.0' && address !== '::') &&
          // A resolver inside answers for names inside: only that of a public one is strange.
          !isPrivate(server),
      ),
      ({ name }) => name.toLowerCase(),
    );
    return [...found].map(([name, rows]) => ({
      about: name,
      count: rows.length,
      evidence: rows.slice(0, 8).flatMap(ofRow),
      metrics: { name, server: rows[0]?.server ?? '', address: rows[0]?.addresses.find(isPrivate) ?? '' },
    }));
  },
  text: {
    en: {
      title: 'Public name with a private address',
      summary: ({ name, server, address }) => `${server}, a public server, says that ${name} is at ${address}.`,
      advice: () => ['Usual for split DNS and captive portals; otherwise it may be an attempt at DNS rebinding.'],
    },
    'zh-CN': {
      title: '公共域名解析到私有地址',
      summary: ({ name, server, address }) => `公共服务器 ${server} 将 ${name} 解析为 ${address}。`,
      advice: () => ['常见于分离 DNS 和认证门户；否则可能是 DNS 重绑定尝试。'],
    },
  },
});
