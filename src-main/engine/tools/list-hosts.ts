import { hostList } from '@shared/model/host';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { ownSource } from '../services/own-source';
import { defineTool } from '../tool';

export const listHosts = defineTool({
  name: 'list_hosts',
  title: 'Hosts',
  description:
    'The machines that can be measured: this one (localhost) and configured remote ones, with their state and abilities.',
  input: z.strictObject({}),
  output: hostList,
  async run(_input, { hosts, status }, { caller }) {
    const startedMs = Date.now();
    await status.read(caller.language); // what works is known after the first look
    return { hosts: hosts.list(caller.language), source: ownSource('configuration', startedMs) };
  },
  summarize: ({ hosts }) => text('status.hosts', { count: hosts.length }),
});
