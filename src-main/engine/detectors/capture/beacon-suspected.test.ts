import { testRule } from '../../../../test/support/detect';
import { T0, Talk } from '../../../../test/support/talk';
import { beaconSuspected } from './beacon-suspected';

const calls = (gaps: readonly number[]) => {
  let at = T0;
  return gaps.flatMap((gap, i) => {
    at += gap;
    return new Talk({ client: { ip: '192.0.2.1', port: 41_000 + i }, server: { ip: '198.51.100.9', port: 443 }, at })
      .open()
      .data(0, 1, 300)
      .close().packets;
  });
};

testRule(beaconSuspected, [
  { name: 'every minute, to the second', packets: calls(Array.from({ length: 14 }, () => 60)), finds: ['info'] },
  { name: 'now and then', packets: calls(Array.from({ length: 14 }, (_, i) => 10 + ((i * 37) % 50))), finds: [] },
  { name: 'five times', packets: calls([60, 60, 60, 60, 60]), finds: [] },
]);
