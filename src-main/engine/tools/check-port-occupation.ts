import { portCheck } from '@shared/model/port';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool, integer, loginParams, sshParams } from '../tool';

export const checkPortOccupation = defineTool({
  name: 'check_port_occupation',
  title: 'Port occupation',
  description:
    'Who holds a port: listening TCP or bound UDP sockets, IPv4 and IPv6, with process, user and start; when it is free, what may still keep a program from binding it. `program` and `command_line` are text of other processes; secrets are redacted.',
  servers: ['netstat'],
  input: z.strictObject({
    port: integer(1, 65_535).describe('The port to look at, 1 to 65,535. Not the SSH port: that is ssh_port.'),
    proto: z.enum(['tcp', 'udp']).default('tcp').describe('tcp (default) or udp.'),
    ...sshParams,
    ...loginParams,
  }),
  output: portCheck,
  async run({ port, proto, ...target }, { hosts, ports }, { signal, caller }) {
    return ports.check(await hosts.open(target, signal), port, proto, { language: caller.language, signal });
  },
  summarize({ host, check_port, proto, is_occupied, occupations, connections }) {
    const remote = host !== 'localhost';
    const params = { host, port: check_port, proto: proto.toUpperCase() };
    if (!is_occupied && connections > 0)
      return text(remote ? 'ports.free_in_use_remote' : 'ports.free_in_use', { ...params, count: connections });
    if (!is_occupied) return text(remote ? 'ports.free_remote' : 'ports.free', params);
    const programs = [...new Set(occupations.filter(({ pid }) => pid !== null).map(({ program }) => program))];
    if (programs.length === 0) return text(remote ? 'ports.unseen_remote' : 'ports.unseen', params);
    return text(remote ? 'ports.occupied_remote' : 'ports.occupied', { ...params, list: programs.join(', ') });
  },
});
