import { testRule } from '../../../../test/support/detect';
import { arp } from '../../../../test/support/made-packets';
import { arpGratuitousStorm } from './arp-gratuitous-storm';

const announces = (count: number, gap: number) =>
  Array.from({ length: count }, (_, i) => arp(i * gap, { ip: '192.0.2.7', asks: '192.0.2.7' }));

testRule(arpGratuitousStorm, [
  { name: 'eight announcements in four seconds', packets: announces(8, 0.5), finds: ['warning'], metrics: { in_ten_seconds: 8 } },
  { name: 'three announcements after a start', packets: announces(3, 1), finds: [] },
  { name: 'one every half a minute', packets: announces(8, 30), finds: [] },
]);
