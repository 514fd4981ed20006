import { testRule } from '../../../../test/support/detect';
import { ntpAnswer, ntpRequest } from '../../../../test/support/made-packets';
import { ntpUnsynchronised } from './ntp-unsynchronised';

testRule(ntpUnsynchronised, [
  { name: 'leap indicator 3', packets: [ntpRequest(0), ntpAnswer(0.02, { leap: 3, asked: 0 })], finds: ['warning'] },
  { name: 'stratum 16', packets: [ntpRequest(0), ntpAnswer(0.02, { stratum: 16, asked: 0 })], finds: ['warning'] },
  { name: 'stratum 2', packets: [ntpRequest(0), ntpAnswer(0.02, { asked: 0 })], finds: [] },
]);
