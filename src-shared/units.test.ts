import { expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatEndpoint,
  formatIso,
  formatMilliseconds,
  formatRate,
  formatSecond,
  formatShare,
  groupDigits,
  PrefixHold,
  shortenAddress,
} from './units';

test.each([
  [0, '0', 'bit/s'],
  [412, '412', 'bit/s'],
  [1_234, '1.23', 'kbit/s'],
  [999_499, '999', 'kbit/s'],
  [999_600, '1.00', 'Mbit/s'],
  [12_398_204, '12.4', 'Mbit/s'],
  [99_960_000, '100', 'Mbit/s'],
  [9_996_000, '10.0', 'Mbit/s'],
])('shows %d bit/s with three significant digits', (bps, number, unit) => {
  expect(formatRate(bps, 'bit')).toMatchObject({ number, unit });
});

test('shows rates in bytes by setting and keeps the exact value', () => {
  expect(formatRate(12_398_208, 'byte')).toEqual({ number: '1.55', unit: 'MB/s', exact: '1\u202f549\u202f776 B/s', zero: false });
  expect(formatBytes(1_860_000_000)).toMatchObject({ number: '1.86', unit: 'GB' });
});

test('keeps a prefix for five seconds after it could change', () => {
  const hold = new PrefixHold();
  expect(hold.pick(990_000, 0)).toBe(1);
  expect(hold.pick(1_010_000, 1_000)).toBe(1);
  expect(hold.pick(1_010_000, 5_999)).toBe(1);
  expect(hold.pick(1_010_000, 6_000)).toBe(2);
});

test('starts to count again when the value goes back in between', () => {
  const hold = new PrefixHold();
  hold.pick(990_000, 0);
  hold.pick(1_010_000, 1_000);
  hold.pick(990_000, 3_000);
  expect(hold.pick(1_010_000, 6_500)).toBe(1);
});

test('changes the prefix at once when the value would be unreadable', () => {
  const hold = new PrefixHold();
  hold.pick(5_000_000, 0);
  expect(hold.pick(800, 100)).toBe(0);
  expect(hold.pick(80_000_000, 200)).toBe(2);
});

test('keeps the prefix over a zero', () => {
  const hold = new PrefixHold();
  hold.pick(5_000_000, 0);
  expect(hold.pick(0, 100)).toBe(2);
  expect(formatRate(0, 'bit', 2)).toMatchObject({ number: '0', unit: 'Mbit/s', zero: true });
  expect(hold.pick(9_660, 200)).toBe(1);
});

test('shows counts whole up to 99 999 and shortened above', () => {
  expect(formatCount(48_211)).toBe('48\u202f211');
  expect(formatCount(1_240_000)).toBe('1.24\u202fM');
  expect(groupDigits(1_234_567.5)).toBe('1\u202f234\u202f567.5');
});

test.each([
  [0, '0 %'],
  [0.0004, '< 0.1 %'],
  [0.022, '2.2 %'],
  [0.9995, '> 99.9 %'],
  [1, '100 %'],
])('shows the share %d as %s', (share, shown) => {
  expect(formatShare(share)).toBe(shown);
});

test.each([
  [0.4, '0s'],
  [52, '52s'],
  [663, '11m 03s'],
  [8_040, '2h 14m'],
  [525_600, '6d 02h'],
])('shows an age of %d s as %s', (seconds, shown) => {
  expect(formatAge(seconds)).toBe(shown);
});

test('shows round trips with two decimals below ten milliseconds', () => {
  expect(formatMilliseconds(0.384)).toBe('0.38 ms');
  expect(formatMilliseconds(184)).toBe('184 ms');
  expect(formatMilliseconds(12_300)).toBe('12.3 s');
});

test('shortens an IPv6 address in its middle and never at the port', () => {
  expect(formatEndpoint('2001:db8:4:17:1:2:3:9a1', 443)).toBe('[2001:db8:4:17:…:9a1]:443');
  expect(formatEndpoint('2001:db8:4:17:1:2:3:9a1', 443, false)).toBe('[2001:db8:4:17:1:2:3:9a1]:443');
  expect(formatEndpoint('192.0.2.1', null)).toBe('192.0.2.1:*');
  expect(shortenAddress('::1')).toBe('::1');
});

test('writes an ISO time that names the same moment', () => {
  expect(new Date(formatIso(1_763_733_930_120)).getTime()).toBe(1_763_733_930_120);
});

test('a time for tables is that of the reader, to the second', () => {
  const at = new Date(2026, 10, 21, 14, 7, 32, 120); // in the zone the test runs in
  expect(formatSecond(at.getTime())).toBe('2026-11-21 14:07:32');
});
