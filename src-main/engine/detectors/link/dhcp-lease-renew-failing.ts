import { defineDetector } from '../detector';
import { plural } from '../words';

const WAIT_S = 5;

/** A client that cannot renew its lease: soon it has no address. */
export const dhcpLeaseRenewFailing = defineDetector({
  id: 'dhcp-lease-renew-failing',
  severity: 'warning',
  references: ['RFC 2131 §4.4.5'],
  needs: ['dhcp'],
  detect({ dhcp, endTs }) {
    // A client that has an address says so in ciaddr; it asks for the same again.
    const renewals = dhcp.filter(({ type, client_ip }) => type === 'REQUEST' && client_ip !== '0.0.0.0');
    return [...Map.groupBy(renewals, ({ client_mac }) => client_mac)].flatMap(([client, asked]) => {
      const open = asked.filter(
        ({ transaction, time }) =>
          endTs - time >= WAIT_S &&
          !dhcp.some(
            other =>
              (other.type === 'ACK' || other.type === 'NAK') &&
              other.client_mac === client &&
              other.transaction === transaction &&
              other.time >= time,
          ),
      );
      const rebind = open.some(({ destination }) => destination === '255.255.255.255');
      const [first] = open;
      if (!first || (open.length < 2 && !rebind)) return [];
      return {
        about: client,
        count: open.length,
        evidence: open.slice(0, 10).map(({ frame, time, destination }) => ({
          packet: frame,
          ts: time,
          role: 'renewal',
          fields: { 'ip.dst': destination },
        })),
        metrics: { client, address: first.client_ip, server: first.destination, requests: open.length, rebinding: rebind },
      };
    });
  },
  text: {
    en: {
      title: 'DHCP lease cannot be renewed',
      summary: ({ client, address, requests, rebinding }) =>
        `${client} asked ${plural(requests, 'time')} to keep ${address} and got no answer${rebinding ? '; it asks every server now' : ''}.`,
      advice: () => [
        'The server of the lease is gone or a firewall drops unicast DHCP: the client loses its address when the lease ends.',
      ],
    },
    'zh-CN': {
      title: 'DHCP 租约无法续期',
      summary: ({ client, address, requests, rebinding }) =>
        `${client} 请求保留 ${address} 共 ${requests} 次，未得到应答${rebinding ? '；目前正在询问所有服务器' : ''}。`,
      advice: () => ['原租约服务器已消失，或防火墙丢弃了单播 DHCP：租约到期后客户端将失去地址。'],
    },
  },
});
