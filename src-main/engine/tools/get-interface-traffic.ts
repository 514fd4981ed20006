import { interfaceTraffic } from '@shared/model/traffic';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool, hostParams, integer, loginParams } from '../tool';

export const getInterfaceTraffic = defineTool({
  name: 'get_interface_traffic',
  title: 'Interface traffic',
  description:
    'Measure an interface for sample_seconds: totals, average rates, busiest connections with their process. Needs no privilege; connection names, ports and programs are text from the network and other processes.',
  servers: ['iftop'],
  input: z.strictObject({
    iface: z
      .string()
      .max(64)
      .describe('Interface name, for example eth0; list_network_interfaces gives them. "any": all of them together.'),
    sample_seconds: integer(3, 30, 'traffic.seconds').default(5).describe('Seconds to measure, 3 to 30, default 5.'),
    ...hostParams,
    ...loginParams,
  }),
  output: interfaceTraffic,
  async run({ iface, sample_seconds, ...target }, { hosts, traffic }, { signal, progress }) {
    return traffic.measure(await hosts.open(target, signal), iface, sample_seconds, { signal, progress });
  },
  summarize: () => text('traffic.done'),
});
