import { dropList } from '@shared/model/drop';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { dropParams, eventPage, eventQuery, moreLine, PAGE_ALIASES, processParams } from '../event-params';
import { defineTool } from '../tool';

export const listPacketDrops = defineTool({
  name: 'list_packet_drops',
  title: 'Packet drops',
  description:
    "Packets the kernel threw away, newest first: its own reason with a plain explanation, the packet's ends, the process where one is known, the place in the kernel. Frees that are no loss are left out unless asked for. `program` is text of other processes.",
  servers: ['netspy'],
  aliases: PAGE_ALIASES,
  input: z.strictObject({ ...processParams, ...eventPage, ...dropParams, ...eventQuery }),
  output: dropList,
  async run({ host, port, ssh_port, ...question }, { hosts, events }, { signal, caller }) {
    const target = await hosts.open({ host, ssh_port: ssh_port ?? port }, signal);
    return events.drops(target, { ...question, language: caller.language });
  },
  summarize: ({ total }) => text('events.drop_list', { count: total }),
  textForm: ({ events, total }) =>
    [
      ...events.map(
        ({ pid, program, reason }, index) =>
          `${index + 1}. ${pid === null ? 'No process' : `PID ${pid} (${program})`}: packet dropped - ${reason}`,
      ),
      ...(total === 0 ? ['No packet drops'] : moreLine(total, events.length)),
    ].join('\n'),
});
