import { testRule } from '../../../../test/support/detect';
import { bytes } from '../../../../test/support/packet-bytes';
import { T0, Talk } from '../../../../test/support/talk';
import { clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsAlert } from './tls-alert';

const failing = (code: number, level = 2, port = 40_000) =>
  new Talk({ client: { ip: '192.0.2.1', port }, server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(21, bytes(level, code)) })
    .s('FA').packets;

testRule(tlsAlert, [
  {
    name: 'the server finds no common parameter, as always',
    packets: failing(40),
    finds: ['critical'],
    metrics: { code: 40, description: 'handshake_failure' },
  },
  {
    name: 'one attempt fails, another does not',
    packets: [
      ...failing(70),
      ...new Talk({ client: { ip: '192.0.2.1', port: 40_001 }, server: { ip: '192.0.2.2', port: 443 }, at: T0 + 1 })
        .open()
        .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
        .s('PA', { data: record(22, serverHello()) }).packets,
    ],
    finds: ['warning'],
  },
  { name: 'a close', packets: failing(0, 1), finds: [] },
  { name: 'a warning', packets: failing(112, 1), finds: [] },
]);
