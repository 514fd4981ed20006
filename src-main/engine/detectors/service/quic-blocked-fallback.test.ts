import { testRule } from '../../../../test/support/detect';
import { later } from '../../../../test/support/made-packets';
import { QUIC_CLIENT, QUIC_SERVER, quicAnswer, quicInitial } from '../../../../test/support/quic-bytes';
import { T0, Talk, together } from '../../../../test/support/talk';
import { quicBlockedFallback } from './quic-blocked-fallback';

const tries = [0, 1, 3].map((at, number) => quicInitial(at, number));
const instead = new Talk({ client: { ip: QUIC_CLIENT.ip, port: 40_000 }, server: QUIC_SERVER, at: T0 + 0.5 }).open().packets;

testRule(quicBlockedFallback, [
  { name: 'no answer, then TCP', packets: together(tries, instead, [later(9)]), finds: ['notice'] },
  { name: 'an answer, and TCP beside it', packets: together(tries, instead, [quicAnswer(3.1), later(9)]), finds: [] },
  { name: 'no TCP', packets: [...tries, later(9)], finds: [] },
]);
