import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { clearTextProtocol } from './clear-text-protocol';

const used = (port: number, server = '198.51.100.2') =>
  new Talk({ server: { ip: server, port } }).open().data(1, 1, 20).data(0, 1, 20).packets;

testRule(clearTextProtocol, [
  { name: 'Telnet to a public address', packets: used(23), finds: ['warning'] },
  { name: 'FTP inside', packets: used(21, '10.0.0.2'), finds: ['notice'] },
  { name: 'SSH', packets: used(22), finds: [] },
  {
    name: 'a knock at the port',
    packets: new Talk({ server: { ip: '198.51.100.2', port: 23 } }).c('S').s('RA', { ack: 1_001 }).packets,
    finds: [],
  },
]);
