import { describe, expect, test } from 'vitest';
import { fixture, fixturesOf } from '../../../../test/fixtures/fixture';
import { parseIftop, parseSize } from './iftop';
import { flowsBetween, parseNettop } from './nettop';

describe('iftop 1.0pre4', () => {
  const tables = fixturesOf('iftop').filter(name => /t-s\d/.test(name) && !/silent|long-ipv6/.test(name));

  test.each(tables)('reads %s', name => {
    const flows = parseIftop(fixture(name));
    expect(flows.length).toBeGreaterThan(name.includes('filter-udp') ? 0 : 1);
    expect(
      flows.every(({ local_ip, foreign_ip }) => /^(192\.0\.2\.1|2001:db8:77::1)$/.test(local_ip) && foreign_ip.endsWith('2')),
    ).toBe(true);
  });

  test('takes the first of two tables, cumulative bytes, and IPv6 in brackets', () => {
    const flows = parseIftop(fixture('iftop/t-s5-nNP.txt'));
    expect(flows).toHaveLength(5);
    expect(flows[0]).toMatchObject({
      local_ip: '192.0.2.1',
      local_port: 60_568,
      foreign_port: 5201,
      tx_bytes: Math.round(46.4 * 1024 ** 2),
      rx_bytes: Math.round(27.5 * 1024),
    });
    expect(flows[1]).toMatchObject({ local_ip: '2001:db8:77::1', local_port: 48_122 });
  });

  test('an address without a port has none', () => {
    expect(parseIftop(fixture('iftop/t-s5-noports.txt'))[1]).toMatchObject({
      local_ip: '2001:db8:77::1',
      local_port: null,
      foreign_port: null,
    });
  });

  test('an unbracketed IPv6 address with a port', () => {
    const table = [
      '   1 2001:db8:1:2:3:4:5:6:443                 =>       10B       10B       10B      1.00KB',
      '     2001:db8:9:2:3:4:5:6:50000               <=       10B       10B       10B        20B',
      '='.repeat(92),
    ].join('\n');
    expect(parseIftop(table)).toMatchObject([
      { local_ip: '2001:db8:1:2:3:4:5:6', local_port: 443, foreign_port: 50_000, tx_bytes: 1024, rx_bytes: 20, local_cut: false },
    ]);
  });

  test('an address the column has no room for keeps its port, and is known to be only a beginning', () => {
    expect(parseIftop(fixture('iftop/t-s4-long-ipv6.txt'))).toMatchObject([
      {
        local_ip: 'fd00:1111:2222:3333:4444:5555:6666',
        local_port: 5556,
        local_cut: true,
        foreign_ip: 'fd00:1111:2222:3333:4444:5555:66:',
        foreign_port: 32_819,
        foreign_cut: true,
      },
      { local_ip: 'fd00:1111:2222:3333:4444:5555:666', local_port: 49_594, foreign_port: 5556, foreign_cut: true },
      { local_port: 45_863, foreign_ip: 'fd00:1111:2222:3333:4444:5555:6:2', foreign_port: 57_167, foreign_cut: true },
    ]);
  });

  test.each([
    ['0b', 0],
    ['896b', 112],
    ['1.00KB', 1024],
    ['74.8Mb', (74.8 * 1024 ** 2) / 8],
    ['1.5GB', 1.5 * 1024 ** 3],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBeCloseTo(bytes, 3);
  });

  test.each(['iftop/t-s3-lo-silent.txt', 'iftop/help.txt', 'errors/iftop-nodevice.txt.stderr'])(
    '%s is no table, and is said to be none',
    name => {
      expect(() => parseIftop(fixture(name))).toThrow('cannot read');
    },
  );

  test('a table that was cut before its end is not believed', () => {
    const whole = fixture('iftop/t-s5-nNP.txt');
    expect(() => parseIftop(whole.slice(0, whole.indexOf('===')))).toThrow('cannot read');
  });
});

test('nettop (written by hand, unverified): growth between the samples, new connections whole, names with dots', () => {
  const flows = flowsBetween(parseNettop(fixture('macos/nettop-x-L2.csv')), 'en0');
  expect(flows.filter(({ rx_bytes }) => rx_bytes > 0)).toEqual([
    {
      protocol: 'TCP',
      local_ip: '198.51.100.7',
      local_port: 50_002,
      foreign_ip: '203.0.113.34',
      foreign_port: 443,
      rx_bytes: 100_000,
      tx_bytes: 1_000,
      pid: 855,
      program: 'Some Browser H',
    },
  ]);
  expect(flowsBetween(parseNettop(fixture('macos/nettop-x-L2.csv')), 'lo0')).toMatchObject([
    { protocol: 'TCP6', local_ip: '2001:db8::7', local_port: 50_009, rx_bytes: 100_000, tx_bytes: 1_000 },
  ]);
});
