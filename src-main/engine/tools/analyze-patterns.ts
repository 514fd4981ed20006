import { patternAnalysis } from '@shared/model/patterns';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { durationParam, eventQuery, PROCESS_ALIASES, processParams } from '../event-params';
import { defineTool } from '../tool';

export const analyzePatterns = defineTool({
  name: 'analyze_patterns',
  title: 'Connection patterns',
  description:
    'What stands out in the connection attempts of the last seconds: bursts, fan-out, port scans out and in, beaconing with its period, repeated failures, slow handshakes, retransmissions, new destinations. Each finding has its rule, threshold and evidence. `program` is text of other processes.',
  servers: ['netspy'],
  aliases: PROCESS_ALIASES,
  input: z.strictObject({ ...processParams, ...durationParam, ...eventQuery }),
  output: patternAnalysis,
  async run({ pid, process_name, duration, query, ...target }, { hosts, events }, { signal, caller }) {
    const host = await hosts.open({ host: target.host, ssh_port: target.ssh_port ?? target.port }, signal);
    return events.patterns(host, { pid, process_name, duration, query, language: caller.language });
  },
  summarize: ({ findings, count, duration }) =>
    text('patterns.done', { count: findings.length, attempts: count, seconds: duration }),
  textForm: ({ count, top_destinations, protocols, findings }) =>
    [
      'Connection Analysis:',
      ...(count === 0 ? ['  No connection attempts'] : attemptLines(top_destinations, protocols)),
      ...(findings.length > 0 ? ['  Findings:', ...findings.map(({ rule, summary }) => `    ${rule}: ${summary}`)] : []),
    ].join('\n'),
});

function attemptLines(
  destinations: z.output<typeof patternAnalysis>['top_destinations'],
  protocols: z.output<typeof patternAnalysis>['protocols'],
): string[] {
  const named = Object.entries(protocols).map(([name, count]) => `${name} (${count})`);
  return [
    '  Top destinations:',
    ...destinations.map(({ destination, count }) => `    ${destination} (${count} connections)`),
    `  Protocols: ${named.join(', ')}`,
  ];
}
