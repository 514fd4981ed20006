import { defineDetector } from '../detector';
import { flowOf, hellos, serverName } from './handshakes';

/** A ClientHello that a server answers in clear text. */
export const tlsOnPlaintextPort = defineDetector({
  id: 'tls-on-plaintext-port',
  severity: 'warning',
  references: ['RFC 9110 §4.2.2'],
  needs: ['tls'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      if (row.clear_text_answer === null || row.server_hello_frame !== null) return [];
      return {
        flow: flowOf(facts, row),
        about: `${row.client} ${row.server} ${row.server_port}`,
        evidence: hellos(row),
        metrics: { server: serverName(row), client: row.client, answer: row.clear_text_answer },
      };
    });
  },
  text: {
    en: {
      title: 'TLS to a clear-text port',
      summary: ({ server, client, answer }) => `${client} began TLS with ${server}, which answered in clear text (${answer}).`,
      advice: () => ['http:// and https:// are mixed up: the port serves clear text.'],
    },
    'zh-CN': {
      title: '向明文端口发起 TLS',
      summary: ({ server, client, answer }) => `${client} 对 ${server} 发起 TLS，对方以明文（${answer}）应答。`,
      advice: () => ['http:// 与 https:// 混淆：该端口提供的是明文服务。'],
    },
  },
});
