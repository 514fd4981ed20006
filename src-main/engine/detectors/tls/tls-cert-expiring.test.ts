import { testRule } from '../../../../test/support/detect';
import { certificate } from '../../../../test/support/made-packets';
import { bytes } from '../../../../test/support/packet-bytes';
import { T0, Talk } from '../../../../test/support/talk';
import { certificateMessage, clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsCertExpiring } from './tls-cert-expiring';

const DAY = 86_400;
const shown = (options: Parameters<typeof certificate>[0]) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(22, bytes(serverHello(), certificateMessage(certificate(options)))) })
    .c('A').packets;

testRule(tlsCertExpiring, [
  { name: 'ten days left', packets: shown({ notAfter: T0 + 10.5 * DAY }), finds: ['notice'], metrics: { days_left: 10 } },
  { name: 'a day left', packets: shown({ notAfter: T0 + 1.5 * DAY }), finds: ['warning'] },
  { name: 'a month left', packets: shown({ notAfter: T0 + 30 * DAY }), finds: [] },
  {
    name: 'a short life that is not near its end',
    packets: shown({ notBefore: T0 - 2 * DAY, notAfter: T0 + 5 * DAY }),
    finds: [],
  },
  { name: 'over already', packets: shown({ notAfter: T0 - DAY }), finds: [] },
]);
