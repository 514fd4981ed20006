import { testRule } from '../../../../test/support/detect';
import { icmp, quoteOf } from '../../../../test/support/made-packets';
import { Talk } from '../../../../test/support/talk';
import { tcpRefusedIcmp } from './tcp-refused-icmp';

const syn = new Talk().c('S').packets;
const [first] = syn;
const says = (code: number, of = first) => (of ? [icmp(0.01, '192.0.2.254', '192.0.2.1', 3, code, 0, quoteOf(of, 40))] : []);
const data = new Talk().open().c('PA', { data: 20 }).packets;

testRule(tcpRefusedIcmp, [
  {
    name: 'host unreachable about a SYN',
    packets: [...syn, ...says(1)],
    finds: ['warning'],
    metrics: { reporter: '192.0.2.254' },
  },
  { name: 'administratively prohibited', packets: [...syn, ...says(13)], finds: ['warning'] },
  { name: 'fragmentation needed is no refusal', packets: [...syn, ...says(4)], finds: [] },
  { name: 'an error about a connection that is open', packets: [...data, ...says(1, data[3])], finds: [] },
]);
