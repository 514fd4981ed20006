import { expect, test } from 'vitest';
import { bytes, type Captured, pcap, tcp, udp } from '../../../test/support/packet-bytes';
import { readCapture } from '../../../test/support/read-capture';
import { CaptureAnalysis } from './analysis';
import { FlowTable } from './flows';

const SERVER = { ip: '192.0.2.2', port: 80 };
const client = (number: number) => ({ ip: '192.0.2.1', port: 10_000 + number });

/** A connection that opens and ends in order within a tenth of a second. */
function healthy(number: number, at: number): Captured[] {
  const from = client(number);
  return [
    { at, frame: tcp(from, SERVER, { flags: 'S', seq: 0 }) },
    { at: at + 0.01, frame: tcp(SERVER, from, { flags: 'SA', seq: 0, ack: 1 }) },
    { at: at + 0.02, frame: tcp(from, SERVER, { flags: 'A', seq: 1, ack: 1 }) },
    { at: at + 0.03, frame: tcp(from, SERVER, { flags: 'FA', seq: 1, ack: 1 }) },
    { at: at + 0.04, frame: tcp(SERVER, from, { flags: 'FA', seq: 1, ack: 2 }) },
    { at: at + 0.05, frame: tcp(from, SERVER, { flags: 'A', seq: 2, ack: 2 }) },
  ];
}

const refused = (number: number, at: number): Captured[] => [
  { at, frame: tcp(client(number), SERVER, { flags: 'S', seq: 0 }) },
  { at: at + 0.01, frame: tcp(SERVER, client(number), { flags: 'RA', seq: 0, ack: 1 }) },
];

function analysed(packets: Captured[]): CaptureAnalysis {
  return readCapture(pcap(packets), undefined, new CaptureAnalysis(0, new FlowTable({ healthy: 4, over: 6, all: 8 }))).analysis;
}

const ports = ({ flows }: CaptureAnalysis) => flows.flows.filter(flow => !flow.evicted).map(({ a }) => a.port - 10_000);

test('connections that ended in order make room first, the oldest before the others', () => {
  const analysis = analysed([
    ...refused(0, 0),
    ...healthy(1, 1),
    ...healthy(2, 2),
    ...refused(3, 3),
    ...healthy(4, 20),
    ...healthy(5, 30),
  ]);
  expect(ports(analysis)).toEqual([0, 3, 4, 5]);
  expect(analysis.flows.evicted).toBe(2);
});

test('what was let go of stays in the totals', () => {
  const { letGo } = analysed([
    ...refused(0, 0),
    ...healthy(1, 1),
    ...healthy(2, 2),
    ...refused(3, 3),
    ...healthy(4, 20),
    ...healthy(5, 30),
  ]);
  expect(letGo.connections).toMatchObject({ total: 2, established: 2, closed: 2, failed: 0, reset: 0 });
});

test('connections with trouble stay longer, but not without end', () => {
  const packets = Array.from({ length: 10 }, (_, i) => refused(i, i * 10)).flat();
  expect(ports(analysed(packets))).toEqual([4, 5, 6, 7, 8, 9]);
});

test('open connections stay up to the limit; then the one longest without a packet goes', () => {
  const opened = Array.from({ length: 9 }, (_, i) => healthy(i, i).slice(0, 3)).flat();
  expect(ports(analysed(opened))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('datagrams make room after half a minute of silence', () => {
  const asked = (number: number, at: number): Captured => ({
    at,
    frame: udp(client(number), { ...SERVER, port: 9 }, bytes('x')),
  });
  const analysis = analysed([asked(0, 0), asked(1, 1), asked(2, 2), asked(3, 3), asked(4, 40)]);
  expect(ports(analysis)).toEqual([1, 2, 3, 4]);
  expect(analysis.letGo.datagrams).toBe(1);
});
