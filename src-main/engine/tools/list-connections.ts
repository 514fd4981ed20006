import { connectionEventList } from '@shared/model/event';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { clockOf, eventPage, eventQuery, moreLine, PAGE_ALIASES, processParams } from '../event-params';
import { defineTool } from '../tool';

export const listConnections = defineTool({
  name: 'list_connections',
  title: 'Connection attempts',
  description:
    'History from the kernel, newest first: each connection a process tried to make or accepted, with its outcome (ok, errno, in progress), latency, duration, bytes and who ended it. Not the sockets of now: query_network_connections has those. `program`, `command_line`, `unit` and `container` are text of other processes.',
  servers: ['netspy'],
  aliases: PAGE_ALIASES,
  input: z.strictObject({ ...processParams, ...eventPage, ...eventQuery }),
  output: connectionEventList,
  async run({ host, port, ssh_port, ...question }, { hosts, events }, { signal, caller }) {
    const target = await hosts.open({ host, ssh_port: ssh_port ?? port }, signal);
    return events.connections(target, { ...question, language: caller.language });
  },
  summarize: ({ total }) => text('events.list', { count: total }),
  textForm: ({ events, total }) =>
    total === 0
      ? 'No connection events'
      : [
          `Recent connection events (${total} total):`,
          ...events.map(
            ({ time, destination, protocol, program }) => `  ${clockOf(time)} | ${destination} | ${protocol} | ${program}`,
          ),
          ...moreLine(total, events.length),
        ].join('\n'),
});
