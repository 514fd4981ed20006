import { networkSummary } from '@shared/model/event';
import { text, toEnglish } from '@shared/text/index';
import { z } from 'zod';
import { durationParam, eventQuery, PROCESS_ALIASES, processParams } from '../event-params';
import { defineTool } from '../tool';

export const getNetworkSummary = defineTool({
  name: 'get_network_summary',
  title: 'Connection attempts in numbers',
  description:
    'History from the kernel: how many connections a process, or all, tried to make over the last seconds, how many succeeded, failed and why, how long they took. Not the sockets of now: query_network_connections has those. `program` is text of other processes.',
  servers: ['netspy'],
  aliases: PROCESS_ALIASES,
  input: z.strictObject({ ...processParams, ...durationParam, ...eventQuery }),
  output: networkSummary,
  async run({ pid, process_name, duration, query, ...target }, { hosts, events }, { signal, caller }) {
    const host = await hosts.open({ host: target.host, ssh_port: target.ssh_port ?? target.port }, signal);
    return events.summary(host, { pid, process_name, duration, query, language: caller.language });
  },
  summarize: words,
  textForm: summary => toEnglish(words(summary)),
});

function words({ pid, process_name, count, duration }: z.output<typeof networkSummary>) {
  if (process_name !== null) return text('events.summary_process', { name: process_name, count, seconds: duration });
  if (pid !== null) return text('events.summary_pid', { pid, count, seconds: duration });
  return text('events.summary_all', { count, seconds: duration });
}
