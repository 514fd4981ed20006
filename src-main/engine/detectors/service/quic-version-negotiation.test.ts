import { testRule } from '../../../../test/support/detect';
import { quicAnswer, quicInitial, quicVersions } from '../../../../test/support/quic-bytes';
import { quicVersionNegotiation } from './quic-version-negotiation';

testRule(quicVersionNegotiation, [
  { name: 'the server names other versions', packets: [quicInitial(0), quicVersions(0.02)], finds: ['notice'] },
  { name: 'three times', packets: [0, 1, 2].flatMap(i => [quicInitial(i, i), quicVersions(i + 0.02)]), finds: ['warning'] },
  { name: 'the server goes on with the version', packets: [quicInitial(0), quicAnswer(0.02)], finds: [] },
]);
