import { defineDetector } from '../detector';
import { flowOf, hellos, serverName } from './handshakes';

const BROKEN = /_NULL(_|$)|_EXPORT|_anon_|_RC4_|_DES_|_DES40_|_3DES_/;
const STATIC_RSA = /^TLS_RSA_WITH_/;
const CBC_SHA1 = /_CBC_SHA$/;

/** A cipher that is broken, or one without forward secrecy. */
export const tlsWeakCipher = defineDetector({
  id: 'tls-weak-cipher',
  severity: 'warning',
  references: ['RFC 9325 §4'],
  needs: ['tls'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      const { suite } = row;
      if (suite === null) return [];
      const isBroken = BROKEN.test(suite);
      if (!isBroken && !STATIC_RSA.test(suite) && !CBC_SHA1.test(suite)) return [];
      return {
        flow: flowOf(facts, row),
        about: `${serverName(row)} ${suite}`,
        together: true,
        severity: isBroken ? ('warning' as const) : ('notice' as const),
        evidence: hellos(row),
        metrics: { server: serverName(row), suite, broken: isBroken, static_rsa: STATIC_RSA.test(suite) },
      };
    });
  },
  text: {
    en: {
      title: 'Weak cipher',
      summary: ({ server, suite, broken }) =>
        `The connection with ${server} uses ${suite}, which is ${broken ? 'broken' : 'outdated'}.`,
      advice: () => [
        'Prefer suites with ECDHE and AES-GCM or ChaCha20; take the old ones out of the configuration of the server.',
      ],
    },
    'zh-CN': {
      title: '弱加密套件',
      summary: ({ server, suite, broken }) => `与 ${server} 的连接使用 ${suite}，该套件${broken ? '已被攻破' : '已过时'}。`,
      advice: () => ['优先使用 ECDHE 加 AES-GCM 或 ChaCha20 的套件；从服务器配置中移除旧套件。'],
    },
  },
});
