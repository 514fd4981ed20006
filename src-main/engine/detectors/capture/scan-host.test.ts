import { testRule } from '../../../../test/support/detect';
import { T0, Talk } from '../../../../test/support/talk';
import { scanHost } from './scan-host';

const sweep = (hosts: number, open = false) =>
  Array.from({ length: hosts }, (_, i) => {
    const talk = new Talk({
      client: { ip: '192.0.2.66', port: 50_000 + i },
      server: { ip: `198.51.100.${i + 1}`, port: 445 },
      at: T0 + i / 10,
    });
    return open ? talk.open().packets : talk.c('S').packets;
  }).flat();

testRule(scanHost, [
  { name: 'one port of thirty hosts', packets: sweep(30), finds: ['warning'], metrics: { hosts: 30, port: 445 } },
  { name: 'a browser that gets its answers', packets: sweep(30, true), finds: [] },
  { name: 'five hosts', packets: sweep(5), finds: [] },
]);
