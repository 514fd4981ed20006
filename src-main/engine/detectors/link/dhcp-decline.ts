import { defineDetector } from '../detector';

/** A client found the address it was given in use. */
export const dhcpDecline = defineDetector({
  id: 'dhcp-decline',
  severity: 'warning',
  references: ['RFC 2131 §4.4.4'],
  needs: ['dhcp'],
  detect({ dhcp }) {
    return dhcp
      .filter(({ type }) => type === 'DECLINE')
      .map(({ client_mac, requested_ip, server_id, frame, time }) => ({
        about: `${client_mac} ${requested_ip}`,
        evidence: [{ packet: frame, ts: time, role: 'decline', fields: { requested: requested_ip } }],
        metrics: { client: client_mac, target: requested_ip, server: server_id },
      }));
  },
  text: {
    en: {
      title: 'Leased address already in use',
      summary: ({ client, target, server }) =>
        `${client} declined ${target ?? 'the address'} of ${server ?? 'the server'}: another machine uses it.`,
      advice: () => ['Find the machine with the static address inside the pool, and exclude it or move it.'],
    },
    'zh-CN': {
      title: '分配的地址已被占用',
      summary: ({ client, target, server }) =>
        `${client} 拒绝了 ${server ?? '服务器'} 分配的 ${target ?? '地址'}：该地址已被其他机器使用。`,
      advice: () => ['找到在地址池内使用静态地址的机器，将其排除或更换地址。'],
    },
  },
});
