import { testRule } from '../../../../test/support/detect';
import { arp } from '../../../../test/support/made-packets';
import { arpStorm } from './arp-storm';

const burst = (count: number, gap: number) =>
  Array.from({ length: count }, (_, i) => arp(i * gap, { ip: '192.0.2.1', asks: `192.0.2.${i % 200}` }));

testRule(arpStorm, [
  { name: 'forty requests in 80 ms', packets: burst(40, 0.002), finds: ['warning'] },
  { name: 'forty requests in eight seconds', packets: burst(40, 0.2), finds: [] },
]);
