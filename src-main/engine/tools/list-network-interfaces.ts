import { interfaceList } from '@shared/model/interface';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool, hostParams, loginParams } from '../tool';

export const listNetworkInterfaces = defineTool({
  name: 'list_network_interfaces',
  title: 'Network interfaces',
  description:
    'List the network interfaces of a host, the default one first known by its route, with addresses, state, speed and counters since boot.',
  servers: ['iftop', 'packet_capture'],
  input: z.strictObject({ ...hostParams, ...loginParams }),
  output: interfaceList,
  async run(target, { hosts, interfaces }, { signal }) {
    return interfaces.list(await hosts.open(target, signal), signal);
  },
  summarize: ({ interfaces }) => text('interfaces.done', { count: interfaces.length }),
});
