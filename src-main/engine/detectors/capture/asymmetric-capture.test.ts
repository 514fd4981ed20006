import { testRule } from '../../../../test/support/detect';
import { T0, Talk } from '../../../../test/support/talk';
import { asymmetricCapture } from './asymmetric-capture';

const flows = (oneWay: number, whole: number) =>
  Array.from({ length: oneWay + whole }, (_, i) => {
    const { packets } = new Talk({ client: { ip: '192.0.2.1', port: 41_000 + i }, at: T0 + i }).open().data(0, 2);
    // The client sends every packet but the SYN/ACK and the ACKs, which are second, fifth and seventh.
    return i < oneWay ? packets.filter((_packet, k) => k !== 1 && k !== 4 && k !== 6) : packets;
  }).flat();

testRule(asymmetricCapture, [
  { name: 'nine of twelve show one end only', packets: flows(9, 3), finds: ['warning'], metrics: { one_way: 9 } },
  { name: 'two of twelve', packets: flows(2, 10), finds: [] },
  { name: 'four flows are too few to say', packets: flows(4, 0), finds: [] },
]);
