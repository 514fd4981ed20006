import { testRule } from '../../../../test/support/detect';
import { quicAnswer, quicInitial, quicToken } from '../../../../test/support/quic-bytes';
import { quicRetry } from './quic-retry';

testRule(quicRetry, [
  { name: 'the server wants a token', packets: [quicInitial(0), quicToken(0.02)], finds: ['info'] },
  { name: 'the server goes on', packets: [quicInitial(0), quicAnswer(0.02)], finds: [] },
]);
