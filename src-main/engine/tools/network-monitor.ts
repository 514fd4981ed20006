import { packetRate } from '@shared/model/packet-rate';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool, hostParams, integer } from '../tool';

export const networkMonitor = defineTool({
  name: 'network-monitor',
  title: 'Packet rate',
  description:
    'Count the packets of an interface for some seconds, incoming or outgoing: packets a second, exact where the kernel can count them (XDP, tc), else by the counters of the interface.',
  servers: ['netmon'],
  aliases: { operation: 'network_operation' },
  input: z.strictObject({
    network_operation: z.enum(['incoming', 'outgoing']).describe('Which packets to count: incoming or outgoing.'),
    interface: z.string().max(64).optional().describe('Interface name; left out: that of the default route.'),
    duration: integer(1, 50).default(5).describe('Seconds to count, 1 to 50, default 5.'),
    ...hostParams,
  }),
  output: packetRate,
  async run({ network_operation, interface: iface, duration, ...target }, { hosts, packetRates }, { signal, progress }) {
    const host = await hosts.open(target, signal);
    return packetRates.count(host, { iface, direction: network_operation, seconds: duration, signal, progress });
  },
  summarize: ({ interface: iface, direction, packets, seconds, packets_per_second }) =>
    text(direction === 'incoming' ? 'rates.incoming' : 'rates.outgoing', {
      iface,
      packets,
      seconds: seconds.toFixed(1),
      rate: packets_per_second.toFixed(2),
    }),
  textForm: ({ packets_per_second }) => packets_per_second.toFixed(2),
});
