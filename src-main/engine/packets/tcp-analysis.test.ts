import { expect, test } from 'vitest';
import { bytes, type Captured, hex, pcap, type Segment, tcp } from '../../../test/support/packet-bytes';
import { readCapture } from '../../../test/support/read-capture';
import { countMarks, MARK } from './marks';
import { ANALYSIS } from './tcp-side';

const CLIENT = { ip: '192.0.2.1', port: 40_000 };
const SERVER = { ip: '192.0.2.2', port: 80 };
const MSS_AND_SCALE = hex('020405b401030307');
const NAMES = Object.entries(ANALYSIS);

type Step = [
  from: 'c' | 's',
  flags: string,
  seq: number,
  ack: number,
  length?: number,
  options?: Partial<Segment> & { at?: number },
];

/** What the analysis says of each packet, by Wireshark's names. */
function flagsOf(steps: readonly Step[]): string[] {
  let at = 1_700_000_000;
  const packets: Captured[] = steps.map(([from, flags, seq, ack, length = 0, { at: later = 0.001, ...segment } = {}]) => {
    at += later;
    const [source, target] = from === 'c' ? [CLIENT, SERVER] : [SERVER, CLIENT];
    return { at, frame: tcp(source, target, { flags, seq, ack, payload: new Uint8Array(length), ...segment }) };
  });
  const { analysis } = readCapture(pcap(packets));
  return [...analysis.log.of(1)].map(({ analysis: found }) =>
    NAMES.filter(([, bit]) => (found & bit) !== 0)
      .map(([name]) => name)
      .join(' '),
  );
}

const OPEN: Step[] = [
  ['c', 'S', 999, 0, 0, { options: MSS_AND_SCALE, window: 1_000 }],
  ['s', 'SA', 4_999, 1_000, 0, { options: MSS_AND_SCALE, window: 1_000 }],
  ['c', 'A', 1_000, 5_000, 0, { window: 1_000 }],
];
const DATA: Step = ['c', 'PA', 1_000, 5_000, 100, { window: 1_000 }];
const ACKED: Step = ['s', 'A', 5_000, 1_100, 0, { window: 1_000 }];
const after = (...steps: Step[]): string => flagsOf([...OPEN, ...steps]).at(-1) ?? '';

test.each<[string, Step[], string]>([
  ['data in order', [DATA], ''],
  ['a segment sent again after a second', [DATA, ['c', 'PA', 1_000, 5_000, 100, { at: 1, window: 1_000 }]], 'retransmission'],
  [
    'data that was acknowledged, sent again',
    [DATA, ACKED, ['c', 'PA', 1_000, 5_000, 100, { window: 1_000 }]],
    'retransmission spuriousRetransmission',
  ],
  ['a hole', [DATA, ['c', 'PA', 1_200, 5_000, 100, { window: 1_000 }]], 'lostSegment'],
  [
    'the segment of a hole within the round trip',
    [DATA, ['c', 'PA', 1_200, 5_000, 100, { window: 1_000 }], ['c', 'PA', 1_100, 5_000, 100, { at: 0.0001, window: 1_000 }]],
    'outOfOrder',
  ],
  [
    'after two duplicate ACKs within 20 ms',
    [
      DATA,
      ACKED,
      ['c', 'A', 1_200, 5_000, 100, { window: 1_000 }],
      ['s', 'A', 5_000, 1_100, 0, { window: 1_000 }],
      ['s', 'A', 5_000, 1_100, 0, { window: 1_000 }],
      ['c', 'A', 1_100, 5_000, 100, { window: 1_000 }],
    ],
    'retransmission fastRetransmission',
  ],
  ['the same ACK twice', [DATA, ACKED, ACKED], 'duplicateAck'],
  ['an ACK with another window', [DATA, ACKED, ['s', 'A', 5_000, 1_100, 0, { window: 900 }]], 'windowUpdate'],
  ['a closed window', [DATA, ['s', 'A', 5_000, 1_100, 0, { window: 0 }]], 'zeroWindow'],
  ['a window of 0 in a reset is normal', [DATA, ['s', 'RA', 5_000, 1_100, 0, { window: 0 }]], ''],
  [
    'one byte into a closed window',
    [DATA, ['s', 'A', 5_000, 1_100, 0, { window: 0 }], ['c', 'A', 1_100, 5_000, 1, { window: 1_000 }]],
    'zeroWindowProbe',
  ],
  [
    'the answer to a probe',
    [
      DATA,
      ['s', 'A', 5_000, 1_100, 0, { window: 0 }],
      ['c', 'A', 1_100, 5_000, 1, { window: 1_000 }],
      ['s', 'A', 5_000, 1_100, 0, { window: 0 }],
    ],
    'zeroWindow zeroWindowProbeAck',
  ],
  ['a keep-alive', [DATA, ACKED, ['c', 'A', 1_099, 5_000, 0, { at: 10, window: 1_000 }]], 'keepAlive'],
  ['the answer to a keep-alive', [DATA, ACKED, ['c', 'A', 1_099, 5_000, 0, { at: 10, window: 1_000 }], ACKED], 'keepAliveAck'],
  ['an acknowledgement of what was not captured', [DATA, ['s', 'A', 5_000, 1_500, 0, { window: 1_000 }]], 'ackLostSegment'],
  [
    'a segment that fills the window to the byte',
    [DATA, ['s', 'A', 5_000, 1_100, 0, { window: 1 }], ['c', 'A', 1_100, 5_000, 128, { window: 1_000 }]],
    'windowFull',
  ],
  ['one byte less does not fill it', [DATA, ['s', 'A', 5_000, 1_100, 0, { window: 1 }], ['c', 'A', 1_100, 5_000, 127]], ''],
])('%s', (_name, steps, wanted) => {
  expect(after(...steps)).toBe(wanted);
});

test('sequence numbers wrap at 2^32 without a trace', () => {
  const far = 0xffff_ffb0;
  const steps: Step[] = [
    ['c', 'S', far - 1, 0],
    ['s', 'SA', 4_999, far],
    ['c', 'A', far, 5_000],
    ['c', 'PA', far, 5_000, 200],
    ['s', 'A', 5_000, (far + 200) >>> 0],
    ['c', 'PA', (far + 200) >>> 0, 5_000, 50],
  ];
  expect(flagsOf(steps)).toEqual(['', '', '', '', '', '']);
});

test('a SYN with another number on the same ports begins a new flow, with the same number it is sent again', () => {
  const syn = (seq: number, at: number): Captured => ({ at, frame: tcp(CLIENT, SERVER, { flags: 'S', seq }) });
  const { analysis } = readCapture(pcap([syn(1, 1), syn(1, 2), syn(7, 3)]));
  expect(
    analysis.flows.flows.map(
      flow => flow.kind === 'tcp' && [countMarks(flow.marks, MARK.syn), flow.sides[0].flagged.retransmissions],
    ),
  ).toEqual([
    [2, 1],
    [1, 0],
  ]);
});

test('who sent the SYN/ACK is the server, also when the SYN is missing', () => {
  const { analysis } = readCapture(
    pcap([{ at: 1, frame: tcp(SERVER, CLIENT, { flags: 'SA', seq: 1, ack: 1, payload: bytes() }) }]),
  );
  expect(analysis.flows.flows[0]).toMatchObject({ a: CLIENT, b: SERVER });
});
