import { testRule } from '../../../../test/support/detect';
import { certificate } from '../../../../test/support/made-packets';
import { bytes } from '../../../../test/support/packet-bytes';
import { T0, Talk } from '../../../../test/support/talk';
import { certificateMessage, clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsCertExpired } from './tls-cert-expired';

const DAY = 86_400;
const shown = (options: Parameters<typeof certificate>[0], version = 0x0303, port = 40_000) =>
  new Talk({ client: { ip: '192.0.2.1', port }, server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(22, bytes(serverHello({ version }), certificateMessage(certificate(options)))) })
    .c('A').packets;

testRule(tlsCertExpired, [
  { name: 'it ended yesterday', packets: shown({ notAfter: T0 - DAY }), finds: ['critical'], metrics: { expired: true } },
  {
    name: 'shown twice it is one problem',
    packets: [...shown({ notAfter: T0 - DAY }), ...shown({ notAfter: T0 - DAY }, 0x0303, 40_001)],
    finds: ['critical'],
  },
  { name: 'it begins tomorrow', packets: shown({ notBefore: T0 + DAY }), finds: ['critical'], metrics: { expired: false } },
  { name: 'it is valid', packets: shown({}), finds: [] },
]);
