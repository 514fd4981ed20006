import { defineDetector } from '../detector';
import { at } from '../words';

const TLS_PORTS = new Set([443, 8443]);

/** Clear-text HTTP to a port where TLS is spoken. */
export const tlsPlaintextOnTlsPort = defineDetector({
  id: 'tls-plaintext-on-tls-port',
  severity: 'warning',
  references: ['RFC 9110 §4.2.2'],
  needs: ['http'],
  detect({ http, flow }) {
    return http.flatMap(row => {
      const { client, server, server_port, time, request_frame, host, status, response_frame, response_time } = row;
      if (!TLS_PORTS.has(server_port) || request_frame === null) return [];
      return {
        flow: flow(row.stream),
        about: `${client} ${server} ${server_port}`,
        evidence: [
          { packet: request_frame, ts: time, role: 'request' },
          ...(response_frame === null
            ? []
            : [
                {
                  packet: response_frame,
                  ts: response_time ?? Number.NaN,
                  role: 'response',
                  fields: { 'http.response.code': status },
                },
              ]),
        ],
        metrics: { server: at(server, server_port), client, host, status },
      };
    });
  },
  text: {
    en: {
      title: 'Clear text to a TLS port',
      summary: ({ server, client, status }) =>
        `${client} spoke HTTP without TLS to ${server}${status === null ? '' : `, which answered ${status}`}.`,
      advice: () => ['http:// and https:// are mixed up: correct the address, or the proxy setting, of the client.'],
    },
    'zh-CN': {
      title: '向 TLS 端口发送明文',
      summary: ({ server, client, status }) =>
        `${client} 对 ${server} 使用了不带 TLS 的 HTTP${status === null ? '' : `，对方回复 ${status}`}。`,
      advice: () => ['http:// 与 https:// 混淆：请更正客户端的地址或代理设置。'],
    },
  },
});
