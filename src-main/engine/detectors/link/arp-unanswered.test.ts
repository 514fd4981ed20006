import { testRule } from '../../../../test/support/detect';
import { arp, later } from '../../../../test/support/made-packets';
import { T0, Talk, together } from '../../../../test/support/talk';
import { arpUnanswered } from './arp-unanswered';

const asks = (times: number) => Array.from({ length: times }, (_, i) => arp(i, { ip: '192.0.2.1', asks: '192.0.2.200' }));

testRule(arpUnanswered, [
  {
    name: 'three requests without reply',
    packets: [...asks(3), later(9)],
    finds: ['warning'],
    metrics: { target: '192.0.2.200' },
  },
  {
    name: 'for the gateway',
    packets: [...asks(3), later(9)],
    options: { context: { gateways: ['192.0.2.200'] } },
    finds: ['critical'],
  },
  {
    name: 'the third is answered',
    packets: [...asks(3), arp(2.1, { from: '02:00:00:00:00:c8', ip: '192.0.2.200' }), later(9)],
    finds: [],
  },
  { name: 'two requests', packets: [...asks(2), later(9)], finds: [] },
  { name: 'the capture ends first', packets: asks(3), finds: [] },
  {
    name: 'the target sends packets',
    packets: together(asks(3), new Talk({ server: { ip: '192.0.2.200', port: 80 }, at: T0 + 3 }).open().packets, [later(9)]),
    finds: [],
  },
]);
