import { testRule } from '../../../../test/support/detect';
import { later } from '../../../../test/support/made-packets';
import { QUIC_CLIENT, QUIC_SERVER, quicAnswer, quicInitial } from '../../../../test/support/quic-bytes';
import { T0, Talk, together } from '../../../../test/support/talk';
import { quicHandshakeFailed } from './quic-handshake-failed';

const tries = [0, 1, 3].map((at, number) => quicInitial(at, number));

testRule(quicHandshakeFailed, [
  { name: 'three Initials without answer', packets: [...tries, later(9)], finds: ['warning'], metrics: { initials: 3 } },
  { name: 'the server answers', packets: [...tries, quicAnswer(3.1), later(9)], finds: [] },
  { name: 'one Initial', packets: [quicInitial(0), later(9)], finds: [] },
  {
    name: 'TCP is used instead',
    packets: together(
      tries,
      new Talk({ client: { ip: QUIC_CLIENT.ip, port: 40_000 }, server: QUIC_SERVER, at: T0 + 0.5 }).open().packets,
      [later(9)],
    ),
    finds: [],
  },
  { name: 'the capture ends first', packets: [quicInitial(0, 0), quicInitial(0.3, 1), quicInitial(0.9, 2), later(2)], finds: [] },
]);
