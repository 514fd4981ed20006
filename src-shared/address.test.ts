import { expect, test } from 'vitest';
import { formatIpv6, inRange, parseAddress, parseRange, scopeOf } from './address';

test.each([
  '::',
  '::1',
  '2001:db8::1',
  'fe80::ff:fe00:7701',
  '2001:db8:0:1:1:1:1:1',
  '1:0:0:2::3',
  '::ffff:192.0.2.1',
  'a:b:c:d:e:f:1:2',
])('reads and writes %s unchanged', address => {
  const bytes = parseAddress(address);
  expect(bytes && formatIpv6(bytes)).toBe(address);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '01.2.3.4',
  '1:2:3',
  '::1::',
  '12345::',
  'g::',
  '1:2:3:4:5:6:7:8:9',
  '1.2.3.4:80',
  'a::b::c',
])('takes %s for no address', address => expect(parseAddress(address)).toBeNull());

test('a zone does not change the address', () => {
  expect(parseAddress('fe80::1%eth0')).toEqual(parseAddress('fe80::1'));
});

test.each([
  ['10.0.0.0/8', '10.255.1.2', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '11.0.0.0', false],
  ['::ffff:0:0/96', '203.0.113.9', true],
  ['::ffff:10.0.0.1', '10.0.0.1', true],
  ['::/64', '::ffff:10.1.2.3', true],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['192.0.2.128/25', '192.0.2.127', false],
  ['192.0.2.128/25', '192.0.2.200', true],
  ['2001:db8::/33', '2001:db8:8000::', false],
  ['::1', '::1', true],
])('%s holds %s: %s', (range, address, expected) => {
  const parsed = parseRange(range);
  const bytes = parseAddress(address);
  expect(parsed && bytes && inRange(bytes, parsed)).toBe(expected);
});

test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', '::/129', 'x/8'])('refuses the range %s', range => {
  expect(parseRange(range)).toBeNull();
});

test.each([
  ['127.0.0.53', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['192.168.1.1', 'private'],
  ['172.32.0.1', 'public'],
  ['203.0.113.9', 'private'],
  ['2001:db8:77::1', 'private'],
  ['fd00::1', 'private'],
  ['fe80::1%eth0', 'link_local'],
  ['ff02::fb', 'multicast'],
  ['2001:4860:4860::8888', 'public'],
  ['nginx', null],
])('the scope of %s is %s', (address, scope) => {
  expect(scopeOf(address)).toBe(scope);
});
