import { defineDetector } from '../detector';
import { initials, quicFlow, quicServer } from './quic-handshakes';

/** RFC 9001 section 4.8: these codes carry a TLS alert. */
const CRYPTO_ERROR = 0x0100;

/** A QUIC connection ended before it was established. */
export const quicConnectionClose = defineDetector({
  id: 'quic-connection-close',
  severity: 'warning',
  references: ['RFC 9000 §20', 'RFC 9001 §4.8'],
  needs: ['quic'],
  detect(facts) {
    return facts.quic.flatMap(row => {
      const { close } = row;
      if (!close || close.code === 0) return [];
      const alert = close.code >= CRYPTO_ERROR && close.code < CRYPTO_ERROR + 256 ? close.code - CRYPTO_ERROR : null;
      return {
        flow: quicFlow(facts, row),
        about: `${row.client} ${row.client_port} ${row.server}`,
        evidence: [
          ...initials(row),
          {
            packet: close.frame,
            ts: Number.NaN,
            role: 'connection_close',
            fields: { 'quic.cc.error_code': close.code, tls_alert: alert },
          },
        ],
        metrics: { server: quicServer(row), by_client: close.by_client, code: close.code, tls_alert: alert },
      };
    });
  },
  text: {
    en: {
      title: 'QUIC handshake broken off',
      summary: ({ server, by_client, code, tls_alert }) =>
        `The ${by_client ? 'client' : 'server'} ended the QUIC handshake with ${server}: ${tls_alert === null ? `error 0x${code.toString(16)}` : `TLS alert ${tls_alert}`}.`,
      advice: () => [
        'With a TLS alert the certificate, the name or the parameters do not fit; other codes are errors of the QUIC stack: look in the log of that end.',
      ],
    },
    'zh-CN': {
      title: 'QUIC 握手中断',
      summary: ({ server, by_client, code, tls_alert }) =>
        `${by_client ? '客户端' : '服务器'}中止了与 ${server} 的 QUIC 握手：${tls_alert === null ? `错误 0x${code.toString(16)}` : `TLS 警报 ${tls_alert}`}。`,
      advice: () => ['TLS 警报表示证书、名称或参数不符；其他代码为 QUIC 协议栈错误：查看该端日志。'],
    },
  },
});
