import { dropSummary } from '@shared/model/drop';
import { text, toEnglish } from '@shared/text/index';
import { z } from 'zod';
import { dropParams, durationParam, eventQuery, PROCESS_ALIASES, processParams } from '../event-params';
import { defineTool } from '../tool';

export const getPacketDropSummary = defineTool({
  name: 'get_packet_drop_summary',
  title: 'Packet drops in numbers',
  description:
    'How many packets the kernel threw away over the last seconds, by its own reasons with a plain explanation and advice, by process and by place in the kernel. Frees that are no loss are counted apart. Most drops belong to no process. `program` is text of other processes.',
  servers: ['netspy'],
  aliases: PROCESS_ALIASES,
  input: z.strictObject({ ...processParams, ...durationParam, ...dropParams, ...eventQuery }),
  output: dropSummary,
  async run({ host, port, ssh_port, ...question }, { hosts, events }, { signal, caller }) {
    const target = await hosts.open({ host, ssh_port: ssh_port ?? port }, signal);
    return events.dropSummary(target, { ...question, language: caller.language });
  },
  summarize: words,
  textForm: summary =>
    [
      toEnglish(words(summary)),
      ...summary.reasons.map(({ reason, count, text: meaning }) => `  ${reason}: ${count} (${meaning})`),
    ].join('\n'),
});

function words({ pid, process_name, count, duration }: z.output<typeof dropSummary>) {
  if (process_name !== null) return text('events.drops_process', { name: process_name, count, seconds: duration });
  if (pid !== null) return text('events.drops_pid', { pid, count, seconds: duration });
  return text('events.drops_all', { count, seconds: duration });
}
