import { testRule } from '../../../../test/support/detect';
import { be16, be32, bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { udpLoss } from './udp-loss';

const wireguard = (numbers: readonly number[]): Captured[] =>
  numbers.map((number, i) => ({
    at: T0 + i / 50,
    frame: udp(
      { ip: '192.0.2.1', port: 40_000 },
      { ip: '198.51.100.9', port: 51_820 },
      bytes(4, 0, 0, 0, be32(7), be32(number).reverse(), be32(0), new Uint8Array(32)),
    ),
  }));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

testRule(udpLoss, [
  {
    name: 'every twentieth datagram of WireGuard is missing',
    packets: wireguard(upTo(400).filter(n => n % 20 !== 7)),
    finds: ['warning'],
    metrics: { protocol: 'WireGuard' },
  },
  {
    name: 'two of four hundred',
    packets: wireguard(upTo(400).filter(n => n !== 100 && n !== 300)),
    finds: ['notice'],
    metrics: { lost: 2 },
  },
  {
    name: 'an encrypted call (SRTP) whose numbers wrap',
    packets: upTo(400)
      .filter(n => n % 20 !== 7)
      .map(n => ({
        at: T0 + n / 50,
        frame: udp(
          { ip: '192.0.2.1', port: 40_000 },
          { ip: '198.51.100.9', port: 19_302 },
          bytes(0x90, 111, be16((65_400 + n) & 0xffff), be32(n * 960), be32(0x1234_5678), new Uint8Array(80)),
        ),
      })),
    finds: ['warning'],
    metrics: { protocol: 'RTP' },
  },
  { name: 'all are there, in another order', packets: wireguard(upTo(400).map(n => (n % 2 === 0 ? n + 1 : n - 1))), finds: [] },
  {
    name: 'datagrams without numbers',
    packets: wireguard(upTo(400)).map((one, i) => ({
      ...one,
      frame: udp({ ip: '192.0.2.1', port: 40_000 }, { ip: '198.51.100.9', port: 7_000 }, bytes('x', be32(i * 3))),
    })),
    finds: [],
  },
]);
