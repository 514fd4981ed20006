import { testRule } from '../../../../test/support/detect';
import { later, ntpAnswer, ntpRequest } from '../../../../test/support/made-packets';
import { ntpUnanswered } from './ntp-unanswered';

testRule(ntpUnanswered, [
  {
    name: 'three requests without answer',
    packets: [ntpRequest(0), ntpRequest(2), ntpRequest(4), later(12)],
    finds: ['warning'],
  },
  {
    name: 'the second is answered',
    packets: [ntpRequest(0), ntpRequest(2), ntpAnswer(2.01, { asked: 2 }), ntpRequest(4), later(12)],
    finds: [],
  },
  { name: 'the capture ends first', packets: [ntpRequest(0), ntpRequest(2), ntpRequest(4), later(6)], finds: [] },
]);
