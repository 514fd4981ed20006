import { testRule } from '../../../../test/support/detect';
import { arp } from '../../../../test/support/made-packets';
import { scanArp } from './scan-arp';

const ask = (count: number, every: number) =>
  Array.from({ length: count }, (_, i) => arp(i * every, { ip: '192.0.2.66', asks: `192.0.2.${i + 1}` }));

testRule(scanArp, [
  { name: 'forty addresses in four seconds', packets: ask(40, 0.1), finds: ['warning'], metrics: { targets: 40 } },
  { name: 'forty addresses in forty minutes', packets: ask(40, 60), finds: [] },
  { name: 'ten addresses', packets: ask(10, 0.1), finds: [] },
]);
