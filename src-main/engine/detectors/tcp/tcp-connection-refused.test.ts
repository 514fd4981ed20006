import { testRule } from '../../../../test/support/detect';
import { Talk, together } from '../../../../test/support/talk';
import { tcpConnectionRefused } from './tcp-connection-refused';

const refused = (port: number) => new Talk({ client: { ip: '192.0.2.1', port } }).c('S').s('RA', { ack: 1_001 }).packets;

testRule(tcpConnectionRefused, [
  { name: 'a SYN answered by RST', packets: refused(40_000), finds: ['warning'] },
  {
    name: 'a sequence number that wraps',
    packets: new Talk().c('S', { seq: 0xffff_ffff }).s('RA', { ack: 0 }).packets,
    finds: ['warning'],
  },
  {
    name: 'three attempts, all refused',
    packets: together(refused(40_000), refused(40_001), refused(40_002)),
    finds: ['critical', 'critical', 'critical'],
  },
  { name: 'a reset that belongs to an older SYN', packets: new Talk().c('S').s('RA', { ack: 777 }).packets, finds: [] },
  { name: 'a reset after the handshake', packets: new Talk().open().s('R').packets, finds: [] },
  { name: 'a SYN at the end of the capture', packets: new Talk().c('S').packets, finds: [] },
]);
