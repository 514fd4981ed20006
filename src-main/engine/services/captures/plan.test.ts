import { describe, expect, test } from 'vitest';
import { filterOf, planCapture } from './plan';

const INTERFACES = [
  { name: 'lo', wireless: false },
  { name: 'eth0', wireless: false },
  { name: 'wlan0', wireless: true },
  { name: '80', wireless: false },
];

describe('a target and a mode become a plan', () => {
  test.each([
    ['8080', 'auto', { mode: 'port', port: 8080 }],
    ['web', 'auto', { mode: 'web' }],
    ['https://example.com/path?x=1', 'auto', { mode: 'domain', name: 'example.com', port: 443 }],
    ['http://[2001:db8::1]:8080/', 'auto', { mode: 'domain', addresses: ['2001:db8::1'], port: 8080 }],
    ['example.com', 'auto', { mode: 'domain', name: 'example.com', port: null }],
    ['192.0.2.1', 'auto', { mode: 'domain', addresses: ['192.0.2.1'] }],
    ['192.0.2.1:22', 'auto', { mode: 'domain', addresses: ['192.0.2.1'], port: 22 }],
    ['auto', 'auto', { mode: 'diagnosis', interface: null }],
    ['', 'auto', { mode: 'diagnosis', interface: null }],
    ['wifi', 'auto', { mode: 'diagnosis', interface: 'wlan0' }],
    ['eth0', 'auto', { mode: 'diagnosis', interface: 'eth0' }],
    ['example.com', 'web', { mode: 'web', name: 'example.com', ignored: false }],
    ['not a host!', 'web', { mode: 'web', ignored: true }],
    ['auto', 'diagnosis', { mode: 'diagnosis', ignored: false }],
  ] as const)('%s in mode %s', (target, mode, wanted) => {
    expect(planCapture(target, mode, INTERFACES)).toMatchObject(wanted);
  });

  test.each([
    ['host a or host b', 'domain'],
    ['port 1-65535)', 'port'],
    ['-w /etc/x', 'auto'],
    ['-z sh', 'domain'],
    ['0', 'port'],
    ['65536', 'port'],
    ['1.2.3', 'domain'],
    ['a;b', 'auto'],
    ['user@host', 'domain'],
    ['example.com:99999', 'auto'],
  ] as const)('%s in mode %s is refused', (target, mode) => {
    expect(() => planCapture(target, mode, INTERFACES)).toThrow(/target/);
  });
});

describe('a plan becomes a filter', () => {
  const filter = (target: string, mode: 'auto' | 'web' | 'diagnosis', addresses: string[] = [], extra?: string): string =>
    filterOf(planCapture(target, mode, INTERFACES), addresses, extra);

  test('every address of a name is in it, and its look-ups', () => {
    expect(filter('example.com', 'auto', ['192.0.2.1', '2001:db8::1'])).toBe('host 192.0.2.1 or host 2001:db8::1 or port 53');
  });

  test('the port of a URL narrows its host, not the look-ups', () => {
    expect(filter('http://example.com', 'auto', ['192.0.2.1'])).toBe('((host 192.0.2.1) and port 80) or port 53');
  });

  test('modes have the filters of the contract', () => {
    expect(filter('443', 'auto')).toBe('port 443');
    expect(filter('web', 'auto')).toBe('port 80 or port 443 or port 8080');
    expect(filter('192.0.2.1', 'web', ['192.0.2.1'])).toBe('(host 192.0.2.1) and (port 80 or port 443 or port 8080)');
    expect(filter('auto', 'diagnosis')).toBe('icmp or icmp6 or arp or tcp port 53 or udp port 53 or tcp port 80 or tcp port 443');
  });

  test('a filter of the caller narrows it further', () => {
    expect(filter('443', 'auto', [], 'net 10.0.0.0/8')).toBe('(port 443) and (net 10.0.0.0/8)');
  });
});
