import { expect, test } from 'vitest';
import { fixture } from '../../../../test/fixtures/fixture';
import { parseNetstatStatistics, SAMPLED_REASONS } from './netstat-statistics';

const named = (counts: ReadonlyMap<number, number>): Record<string, number> =>
  Object.fromEntries([...counts].map(([number, count]) => [SAMPLED_REASONS.get(number) ?? '?', count]));

test('reads what macOS counts as thrown away, IPv6 with IPv4 (netstat -s, written by hand)', () => {
  expect(named(parseNetstatStatistics(fixture('macos/netstat-s-macos14.txt')))).toEqual({
    TCP_CSUM: 3,
    TCP_LISTEN_OVERFLOW: 1,
    UDP_CSUM: 4,
    NO_SOCKET: 305,
    SOCKET_RCVBUFF: 9,
    IP_CSUM: 2,
    NOMEM: 6,
    IP_OUTNOROUTES: 8,
  });
});

test('the same words in another section count something else', () => {
  expect(named(parseNetstatStatistics('tcp:\n\t7 with bad checksum\nudp:\n\t1 with bad checksum\n'))).toEqual({ UDP_CSUM: 1 });
});

test.each([[''], ['netstat: option requires an argument'], ['udp:\n\t12 datagrams received\n']])(
  'without a counter of drops nothing is zero: %j cannot be read',
  text => {
    expect(() => parseNetstatStatistics(text)).toThrow(/cannot read/);
  },
);
