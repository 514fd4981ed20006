import { connectionList } from '@shared/model/connection';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool, hostParams, integer, loginParams } from '../tool';

export const queryNetworkConnections = defineTool({
  name: 'query_network_connections',
  title: 'Network connections',
  description:
    'List the TCP and UDP sockets that exist now (listeners, connections, TIME_WAIT) with their process. Not the history: list_connections tells what processes tried. `program`, `container` and addresses are text of other processes.',
  servers: ['netstat'],
  aliases: { process: 'process_name', command: 'process_name' },
  input: z.strictObject({
    proto: z.enum(['tcp', 'udp', 'all']).default('all').describe('tcp, udp or all (default).'),
    state: z
      .string()
      .max(32)
      .optional()
      .describe('TCP state, any case: LISTEN, ESTABLISHED, TIME_WAIT, CLOSE_WAIT, … Not with proto udp.'),
    ...hostParams,
    ...loginParams,
    pid: integer(1, 4_194_304).optional().describe('Only sockets of this process.'),
    process_name: z
      .string()
      .min(1)
      .max(256)
      .refine(value => !/[\u0000-\u001f\u007f]/.test(value), { error: 'control characters are not allowed' })
      .optional()
      .describe('Exact program name, upper and lower case alike.'),
    local_port: integer(1, 65_535).optional().describe('Only sockets with this local port.'),
    remote_ip: z.string().max(64).optional().describe('Only peers with this address or in this range, for example 10.0.0.0/8.'),
    query: z
      .string()
      .max(4096)
      .optional()
      .describe('Filter language: state:listen port:443 process:nginx !local host:10.0.0.0/8 program~regex rtt>100'),
    include_process: z.boolean().default(true).describe('Find out the process of each socket; default true.'),
    limit: integer(1, 1_000).default(100).describe('Rows, 1 to 1,000, default 100.'),
    offset: integer(0, 10_000_000).default(0).describe('Rows to leave out at the beginning; next_offset of the page before.'),
  }),
  output: connectionList,
  async run({ host, port, ssh_port, username, password, ...query }, { hosts, connections }, { signal }) {
    return connections.query(await hosts.open({ host, ssh_port: ssh_port ?? port, username, password }, signal), query, signal);
  },
  summarize({ host, total, filter }) {
    const params = { count: total, host, proto: filter.proto === 'all' ? 'TCP/UDP' : filter.proto.toUpperCase() };
    if (filter.state !== null && filter.proto === 'all')
      return text('connections.done_state', { ...params, state: filter.state });
    return host === 'localhost' ? text('connections.done', params) : text('connections.done_remote', params);
  },
});
