import { testRule } from '../../../../test/support/detect';
import { type Captured, tcp } from '../../../../test/support/packet-bytes';
import { T0, Talk } from '../../../../test/support/talk';
import { scanSyn } from './scan-syn';

const knock = (ports: number, every: number, open = false) =>
  Array.from({ length: ports }, (_, i) => {
    const talk = new Talk({
      client: { ip: '192.0.2.66', port: 50_000 + i },
      server: { ip: '192.0.2.2', port: 1 + i },
      at: T0 + i * every,
    });
    return open ? talk.open().packets : talk.c('S').s('RA', { ack: 1_001 }).packets;
  }).flat();
const odd = (flags: string, count: number): Captured[] =>
  Array.from({ length: count }, (_, i) => ({
    at: T0 + i / 10,
    frame: tcp({ ip: '192.0.2.66', port: 50_000 + i }, { ip: '192.0.2.2', port: 80 + i }, { flags }),
  }));

testRule(scanSyn, [
  { name: 'thirty ports within three seconds, all closed', packets: knock(30, 0.1), finds: ['warning'], metrics: { ports: 30 } },
  { name: 'by this machine', packets: knock(30, 0.1), options: { context: { ownAddresses: ['192.0.2.66'] } }, finds: ['notice'] },
  {
    name: 'by a program of this machine that is known',
    packets: knock(30, 0.1),
    options: {
      context: { ownAddresses: ['192.0.2.66'] },
      processOf: ({ a }) => (a.ip === '192.0.2.66' ? { pid: 7, program: 'nmap' } : null),
    },
    finds: ['notice'],
    metrics: { program: 'nmap' },
  },
  { name: 'Xmas probes', packets: odd('FPU', 5), finds: ['warning'], metrics: { kind: 'xmas' } },
  { name: 'thirty ports in ten minutes', packets: knock(30, 20), finds: [] },
  { name: 'thirty ports that are open', packets: knock(30, 0.1, true), finds: [] },
  { name: 'ten ports', packets: knock(10, 0.1), finds: [] },
]);
