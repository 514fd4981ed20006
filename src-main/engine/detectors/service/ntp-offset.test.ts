import { testRule } from '../../../../test/support/detect';
import { ntpAnswer, ntpRequest } from '../../../../test/support/made-packets';
import { ntpOffset } from './ntp-offset';

const own = { context: { ownAddresses: ['192.0.2.1'] } };

testRule(ntpOffset, [
  { name: 'five seconds behind', packets: [ntpRequest(0), ntpAnswer(0.02, { asked: 0, ahead: 5 })], finds: ['notice'] },
  {
    name: 'ten minutes behind, on this machine',
    packets: [ntpRequest(0), ntpAnswer(0.02, { asked: 0, ahead: 600 })],
    options: own,
    finds: ['critical'],
  },
  { name: '20 ms', packets: [ntpRequest(0), ntpAnswer(0.02, { asked: 0, ahead: 0.02 })], finds: [] },
  {
    name: 'a server that does not know the time',
    packets: [ntpRequest(0), ntpAnswer(0.02, { asked: 0, ahead: 600, leap: 3 })],
    finds: [],
  },
]);
