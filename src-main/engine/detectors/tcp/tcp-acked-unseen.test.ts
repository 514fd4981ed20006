import { testRule } from '../../../../test/support/detect';
import { healthy, Talk } from '../../../../test/support/talk';
import { tcpAckedUnseen } from './tcp-acked-unseen';

testRule(tcpAckedUnseen, [
  {
    name: 'an ACK of data that is not there',
    packets: new Talk()
      .open()
      .data(1, 2)
      .s('PA', { data: 900, lost: true })
      .c('A', { ack: 500_001 + 2 * 1_448 + 900 }).packets,
    finds: ['info'],
  },
  { name: 'everything is there', packets: healthy(), finds: [] },
]);
