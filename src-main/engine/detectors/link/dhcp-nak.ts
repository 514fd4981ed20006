import { defineDetector } from '../detector';

const RECOVERY_S = 10;

/** A server refuses the address a client wants to keep. */
export const dhcpNak = defineDetector({
  id: 'dhcp-nak',
  severity: 'warning',
  references: ['RFC 2131 §4.3.2'],
  needs: ['dhcp'],
  detect({ dhcp }) {
    return [
      ...Map.groupBy(
        dhcp.filter(({ type }) => type === 'NAK'),
        ({ client_mac }) => client_mac,
      ),
    ].flatMap(([client, naks]) => {
      const last = naks.at(-1);
      if (!last) return [];
      const recovered = dhcp.find(
        ({ type, client_mac, time }) =>
          type === 'ACK' && client_mac === client && time >= last.time && time - last.time <= RECOVERY_S,
      );
      const asked = dhcp.findLast(
        ({ type, client_mac, time }) => type === 'REQUEST' && client_mac === client && time <= last.time,
      );
      return {
        about: client,
        count: naks.length,
        severity: recovered ? ('notice' as const) : ('warning' as const),
        evidence: [
          ...(asked ? [{ packet: asked.frame, ts: asked.time, role: 'request' }] : []),
          ...naks.slice(0, 8).map(({ frame, time }) => ({ packet: frame, ts: time, role: 'nak' })),
          ...(recovered ? [{ packet: recovered.frame, ts: recovered.time, role: 'ack' }] : []),
        ],
        metrics: {
          client,
          server: last.server_id ?? last.source,
          requested: asked?.requested_ip ?? asked?.client_ip ?? null,
          times: naks.length,
          recovered: recovered !== undefined,
        },
      };
    });
  },
  text: {
    en: {
      title: 'DHCP request refused',
      summary: ({ client, server, requested, recovered }) =>
        `${server} refused ${requested ?? 'the address'} to ${client}${recovered ? ', which then got another' : ''}.`,
      advice: ({ recovered }) => [
        recovered
          ? 'Usual after a move to another network.'
          : 'Look for a second DHCP server, or a pool that does not fit the subnet.',
      ],
    },
    'zh-CN': {
      title: 'DHCP 请求被拒绝',
      summary: ({ client, server, requested, recovered }) =>
        `${server} 拒绝将 ${requested ?? '该地址'} 分配给 ${client}${recovered ? '，后者随后获得了其他地址' : ''}。`,
      advice: ({ recovered }) => [recovered ? '切换网络后属正常现象。' : '检查是否有第二台 DHCP 服务器，或地址池与子网不符。'],
    },
  },
});
