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

const TLS_13 = 0x0304;
const TLS_12 = 0x0303;
const sealed = (length: number) => record(23, new Uint8Array(length).fill(0x5a));
const CHANGED = record(20, bytes(1));
const FINISHED_13 = 53;
const ALERT_13 = 19;
const ALERT_12 = record(21, new Uint8Array(26).fill(0x5a));
const FINISHED_12 = record(22, new Uint8Array(40).fill(0x5a));

/** After the hellos of a version, these records of the client. */
const answered = (selected: number, records: readonly Uint8Array[], end: (talk: Talk) => Talk = talk => talk.c('FA')) =>
  end(
    records.reduce(
      (talk, data) => talk.c('PA', { data }),
      new Talk({ client: { ip: '192.0.2.1', port: 40_000 }, server: { ip: '192.0.2.2', port: 443 } })
        .open()
        .c('PA', { data: record(22, clientHello({ sni: 'a.example', versions: [selected] })) })
        .s('PA', { data: record(22, serverHello(selected === TLS_13 ? { selected } : {})) })
        .s('PA', { data: selected === TLS_13 ? sealed(900) : CHANGED }),
    ),
  ).packets;

testRule(tlsAlert, [
  {
    name: 'TLS 1.3: the client ends the handshake, encrypted, and closes',
    packets: answered(TLS_13, [CHANGED, sealed(ALERT_13)]),
    finds: ['critical'],
    metrics: { encrypted: true, by_client: true, code: null, server: 'a.example:443' },
  },
  {
    name: 'TLS 1.3: the client resets right after it',
    packets: answered(TLS_13, [sealed(ALERT_13)], talk => talk.c('R')),
    finds: ['critical'],
  },
  {
    name: 'TLS 1.3: the close of a connection that was open',
    packets: answered(TLS_13, [sealed(FINISHED_13), sealed(ALERT_13)]),
    finds: [],
  },
  { name: 'TLS 1.3: nobody closes after it', packets: answered(TLS_13, [sealed(ALERT_13)], talk => talk), finds: [] },
  {
    name: 'TLS 1.3: closed long after',
    packets: answered(TLS_13, [sealed(ALERT_13)], talk => talk.wait(1.5).c('FA')),
    finds: [],
  },
  {
    name: 'TLS 1.2: an encrypted alert before the server has finished',
    packets: answered(TLS_12, [CHANGED, FINISHED_12, ALERT_12]),
    finds: ['critical'],
    metrics: { encrypted: true },
  },
  {
    name: 'TLS 1.2: the close of a connection on which nothing was sent',
    packets: answered(TLS_12, [CHANGED, FINISHED_12], talk =>
      talk.s('PA', { data: FINISHED_12 }).c('PA', { data: ALERT_12 }).c('FA'),
    ),
    finds: [],
  },
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
