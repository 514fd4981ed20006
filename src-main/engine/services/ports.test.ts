import { expect, test } from 'vitest';
import type { Host } from '../hosts/host';
import { createLocalHost } from '../hosts/local-host';
import { createPortService, type PortServiceOptions } from './ports';
import type { SocketService } from './sockets';

const nobody: SocketService['own'] = () => Promise.resolve({ sockets: [], caveats: [] });
const unasked = (): Promise<never> => Promise.reject(new Error('not asked for'));
const sockets: SocketService = { own: nobody, canOwnLater: () => true, read: unasked, readBare: unasked };

/** This machine with another rule for low ports. */
function hostWhere(start: string): Host {
  const local = createLocalHost();
  return {
    ...local,
    readFile: (path, options) =>
      path.endsWith('ip_unprivileged_port_start') ? Promise.resolve(start) : local.readFile(path, options),
  };
}

const obstacle = async (start: string, mayBindLow: boolean, port = 9): Promise<string | undefined> => {
  const options: PortServiceOptions = { sockets, mayBindLowPorts: () => mayBindLow };
  const { blocked_by } = await createPortService(options).check(hostWhere(start), port, 'udp', { language: 'en' });
  return blocked_by?.text;
};

test.each([
  ['1024\n', false, 'Ports below 1024 may be bound only by root or with CAP_NET_BIND_SERVICE.'],
  ['1024\n', true, undefined],
  ['0\n', false, undefined],
  ['9\n', false, undefined],
  ['80\n', false, 'Ports below 80 may be bound only by root or with CAP_NET_BIND_SERVICE.'],
  ['', false, 'Ports below 1024 may be bound only by root or with CAP_NET_BIND_SERVICE.'],
])('port 9 where unprivileged ports begin at %j, with the capability %s: %s', async (start, capable, told) => {
  expect(await obstacle(start, capable)).toBe(told);
});
