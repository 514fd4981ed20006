import { testRule } from '../../../../test/support/detect';
import { quicAnswer, quicClose, quicInitial } from '../../../../test/support/quic-bytes';
import { quicConnectionClose } from './quic-connection-close';

testRule(quicConnectionClose, [
  { name: 'a TLS alert', packets: [quicInitial(0), quicClose(0.02, 0x0128)], finds: ['warning'], metrics: { tls_alert: 40 } },
  {
    name: 'an error of the protocol',
    packets: [quicInitial(0), quicClose(0.02, 0x0a)],
    finds: ['warning'],
    metrics: { tls_alert: null, code: 10 },
  },
  { name: 'a close without error', packets: [quicInitial(0), quicClose(0.02, 0)], finds: [] },
  { name: 'no close', packets: [quicInitial(0), quicAnswer(0.02)], finds: [] },
]);
