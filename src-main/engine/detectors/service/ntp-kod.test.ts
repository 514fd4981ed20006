import { testRule } from '../../../../test/support/detect';
import { ntpAnswer, ntpRequest } from '../../../../test/support/made-packets';
import { ntpKod } from './ntp-kod';

testRule(ntpKod, [
  {
    name: 'RATE',
    packets: [ntpRequest(0), ntpAnswer(0.02, { stratum: 0, reference: 'RATE', asked: 0 })],
    finds: ['warning'],
    metrics: { code: 'RATE' },
  },
  { name: 'an answer', packets: [ntpRequest(0), ntpAnswer(0.02, { asked: 0 })], finds: [] },
]);
