import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { at } from '../words';

/** What a tunnel or PPPoE takes away; more than that difference is a clamp. */
const CLAMP = 100;
const ETHERNET_MSS = 1400;

/** A small or missing MSS: a tunnel on the way, or a mistake. */
export const tcpSmallMss = defineDetector({
  id: 'tcp-small-mss',
  severity: 'notice',
  references: ['RFC 9293 §3.7.1'],
  needs: ['handshake'],
  detect({ signs }, { mss_min_v4, mss_min_v6 }) {
    return signs.options.flatMap(flow => {
      const [syn] = flow.syns;
      const [synAck] = flow.synAcks;
      if (!syn || !synAck) return [];
      const [{ mss: client }, { mss: server }] = flow.sides;
      const minimum = flow.a.ip.includes(':') ? mss_min_v6 : mss_min_v4;
      const smallest = Math.min(client ?? minimum, server ?? minimum);
      const isClamped = client !== null && server !== null && client - server > CLAMP && server < ETHERNET_MSS;
      if (smallest >= minimum && !isClamped && client !== null && server !== null) return [];
      return {
        flow,
        // One per pair of machines tells it all.
        severity: smallest < mss_min_v4 ? 'warning' : 'notice',
        evidence: [ofMark(syn, 'syn'), ofMark(synAck, 'syn_ack')],
        metrics: {
          server: at(flow.b.ip, flow.b.port),
          client_mss: client,
          server_mss: server,
          smallest_mss: smallest,
          default_mss: minimum,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Small segment size',
      summary: ({ server, client_mss, server_mss }) =>
        `The connection with ${server} uses small segments: the client offered an MSS of ${client_mss ?? 'nothing'}, the server ${server_mss ?? 'nothing'}.`,
      advice: () => [
        'Fine where a tunnel, a VPN (1360 to 1420) or PPPoE (1452) clamps it on purpose; otherwise look for who changes the option.',
      ],
    },
    'zh-CN': {
      title: '报文段尺寸偏小',
      summary: ({ server, client_mss, server_mss }) =>
        `与 ${server} 的连接使用小报文段：客户端的 MSS 为 ${client_mss ?? '未提供'}，服务器为 ${server_mss ?? '未提供'}。`,
      advice: () => ['若是隧道、VPN（1360～1420）或 PPPoE（1452）有意限制则属正常；否则请查找谁修改了该选项。'],
    },
  },
});
