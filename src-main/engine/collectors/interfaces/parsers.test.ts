import { expect, test } from 'vitest';
import { fixture } from '../../../../test/fixtures/fixture';
import { parseNetstatIb } from '../counters/netstat-ib';
import { parseProcNetDev } from '../counters/proc-net-dev';
import { parseIfconfig } from './ifconfig';
import { parseIpAddr } from './ip';
import { parseIpText } from './ip-text';
import { defaultFromProc, parseIfInet6, parseLocalIpv4, parseRoutes } from './proc-addresses';
import { ownIpv4 } from './sysfs';

test('ip -j -d addr: names without @parent, kinds, addresses, state (iproute2 6.1)', () => {
  expect(parseIpAddr(fixture('ip/addr-json.json'))).toMatchObject([
    {
      name: 'lo',
      index: 1,
      mac: null,
      addresses: ['127.0.0.1/8', '::1/128'],
      mtu: 65_536,
      up: true,
      running: true,
      loopback: true,
    },
    { name: 'br-0123456789ab', index: 2, mac: '8e:42:9a:ae:1e:4b', addresses: [], up: false, running: false, infoKind: 'bridge' },
    {
      name: 'veth-a',
      index: 44,
      mac: '02:00:00:00:77:01',
      addresses: ['192.0.2.1/24', '2001:db8:77::1/64', 'fe80::ff:fe00:7701/64'],
      infoKind: 'veth',
    },
  ]);
});

test.each(['ip/link-stats.json', 'ip/link-stats-details.json'])('%s has the counters since boot', name => {
  expect(parseIpAddr(fixture(name)).at(-1)?.since_boot).toEqual({
    rx_bytes: 1072,
    tx_bytes: 1886,
    rx_packets: 14,
    tx_packets: 25,
    rx_errors: 0,
    tx_errors: 0,
    rx_dropped: 0,
    tx_dropped: 0,
  });
});

test.each(['', 'Object "x" is unknown', '{"a":1}', '[{"ifname":1}]'])('ip: %j is no list of links', text => {
  expect(() => parseIpAddr(text)).toThrow('cannot read');
});

test.each(['ip/addr.txt', 'busybox/ip-addr.txt'])('%s: the text form tells the same names and addresses', name => {
  expect(parseIpText(fixture(name)).map(link => [link.name, link.index, link.up, link.addresses])).toEqual(
    parseIpAddr(fixture('ip/addr-json.json')).map(link => [link.name, link.index, link.up, link.addresses]),
  );
});

test('busybox ifconfig: addresses, state and counters', () => {
  const links = parseIfconfig(fixture('busybox/ifconfig.txt'));
  expect(links.map(({ name }) => name)).toEqual(['br-0123456789ab', 'lo', 'veth-a']);
  expect(links[2]).toMatchObject({
    mac: '02:00:00:00:77:01',
    addresses: ['192.0.2.1/24', '2001:db8:77::1/64', 'fe80::ff:fe00:7701/64'],
    mtu: 1500,
    up: true,
    running: true,
    since_boot: { rx_bytes: 1072, tx_bytes: 1886, rx_packets: 14, tx_packets: 25 },
  });
  expect(links[0]).toMatchObject({ up: false, addresses: [] });
});

test('net-tools lists interfaces the BSD way', () => {
  expect(
    parseIfconfig(fixture('netstat/ie-extended.txt').replace(/^Kernel.*\n/, '')).map(({ name, addresses }) => [
      name,
      addresses.length,
    ]),
  ).toEqual([
    ['lo', 2],
    ['veth-a', 3],
  ]);
});

test('macOS ifconfig (written by hand, unverified)', () => {
  expect(parseIfconfig(fixture('macos/ifconfig-a.txt'))).toMatchObject([
    { name: 'lo0', loopback: true, addresses: ['127.0.0.1/8', '::1/128', 'fe80::1/64'] },
    { name: 'stf0', up: false, running: false },
    { name: 'en0', mac: '02:00:5e:10:00:06', addresses: ['fe80::3e:471a:d2ff:1/64', '198.51.100.7/24'], running: true },
    { name: 'en1', up: true, running: false },
  ]);
});

test('macOS netstat -ib (written by hand, unverified): one row an interface, numbers from the right', () => {
  expect(parseNetstatIb(fixture('macos/netstat-ib.txt'))).toMatchObject([
    { name: 'lo0', index: 1, counters: { rx_bytes: 8_020_000, tx_bytes: 8_020_000 } },
    { name: 'stf0', index: 3, counters: { rx_bytes: 0 } },
    {
      name: 'en0',
      index: 6,
      counters: { rx_bytes: 700_123_456, rx_packets: 910_022, rx_errors: 2, tx_bytes: 90_765_432, tx_errors: 1 },
    },
    { name: 'utun0', index: 9, counters: { tx_packets: 21, tx_bytes: 1776 } },
  ]);
});

test('/proc/net/dev', () => {
  expect(
    parseProcNetDev(fixture('proc/net-dev.txt')).map(({ name, counters }) => [name, counters.rx_bytes, counters.tx_packets]),
  ).toEqual([
    ['lo', 12_760, 47],
    ['br-0123456789ab', 0, 0],
    ['veth-a', 1072, 25],
  ]);
  expect(() => parseProcNetDev('a\nb\n eth0: 1 2 3')).toThrow('cannot read: eth0: 1 2 3');
});

test('/proc/net/dev: a name may hold what looks like a command', () => {
  const numbers = Array.from({ length: 16 }, (_, index) => index).join(' ');
  expect(parseProcNetDev(`a\nb\na$(id):${numbers}\n-w:${numbers}`).map(({ name }) => name)).toEqual(['a$(id)', '-w']);
});

test.each(['a\u3000b', '\u2028', '\u3000:1'])('%j is a name like any other', name => {
  const numbers = Array.from({ length: 16 }, (_, index) => index).join(' ');
  expect(parseProcNetDev(`a\nb\n    lo: ${numbers}\n${name}: ${numbers}\n`).map(each => each.name)).toEqual(['lo', name]);
  expect(parseIpText(`7: ${name}@if3: <BROADCAST,UP> mtu 1500\n`)).toMatchObject([{ name, index: 7 }]);
  expect(parseRoutes(`heading\n${name}\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0`)).toMatchObject([{ name }]);
  expect(parseIfInet6(`20010db8007700000000000000000001 07 40 00 80 ${name}\n`)).toEqual([
    { name, address: '2001:db8:77::1/64' },
  ]);
});

test('addresses from /proc: IPv6 as listed, IPv4 by the connected route', () => {
  expect(parseIfInet6(fixture('proc/net-if_inet6.txt'))).toContainEqual({ name: 'veth-a', address: '2001:db8:77::1/64' });
  const trie =
    '  |-- 127.0.0.1\n     /32 host LOCAL\n  |-- 192.0.2.1\n     /32 host LOCAL\n  |-- 192.0.2.255\n     /32 link BROADCAST';
  expect(parseLocalIpv4(trie, fixture('proc/net-route.txt'))).toEqual([
    { name: 'lo', address: '127.0.0.1/8' },
    { name: 'veth-a', address: '192.0.2.1/24' },
  ]);
});

test('an address of its own (/32) has no route: the C library places it, by the name without its label', () => {
  const trie = '  |-- 192.0.2.1\n     /32 host LOCAL\n  |-- 198.51.100.9\n     /32 host LOCAL';
  const address = { address: '198.51.100.9', netmask: '', mac: '', internal: false, cidr: '198.51.100.9/32' };
  const told = ownIpv4(['lo', 'veth-a'], { 'veth-a:1': [{ ...address, family: 'IPv4' }] });
  expect(parseLocalIpv4(trie, fixture('proc/net-route.txt'), told)).toEqual([
    { name: 'veth-a', address: '192.0.2.1/24' },
    { name: 'veth-a', address: '198.51.100.9/32' },
  ]);
});

const HEADING = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT';
const V6_DEFAULT = `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 ${'f'.repeat(32)} 00000400 00000001 00000000 00000003     wlan0`;

test.each([
  [
    'the lowest metric wins',
    `${HEADING}\nwlan0\t00000000\t010200C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\neth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0`,
    '',
    'eth0',
  ],
  ['IPv6 when there is no IPv4 route', HEADING, V6_DEFAULT, 'wlan0'],
  ['a reject route is none', HEADING, V6_DEFAULT.replace('00000003', '00200200'), null],
  ['none', HEADING, '', null],
])('default interface: %s', (_name, ipv4, ipv6, expected) => {
  expect(defaultFromProc(ipv4, ipv6)).toBe(expected);
});
