import { testRule } from '../../../../test/support/detect';
import { bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsHandshakeFailed } from './tls-handshake-failed';

const hello = () =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } }).open().c('PA', { data: record(22, clientHello({ sni: 'a.example' })) });

testRule(tlsHandshakeFailed, [
  { name: 'the server resets', packets: hello().s('RA').packets, finds: ['warning'], metrics: { kind: 'closed' } },
  {
    name: 'the server says nothing',
    packets: hello().s('A').silence(6).packets,
    finds: ['warning'],
    metrics: { kind: 'silence' },
  },
  { name: 'the capture ends first', packets: hello().s('A').silence(2).packets, finds: [] },
  {
    name: 'the server answers',
    packets: hello()
      .s('PA', { data: record(22, serverHello()) })
      .silence(9).packets,
    finds: [],
  },
  {
    name: 'an alert says why',
    packets: hello()
      .s('PA', { data: record(21, bytes(2, 40)) })
      .s('FA').packets,
    finds: [],
  },
]);
