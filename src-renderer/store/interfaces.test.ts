import type { InterfaceSample, NetworkInterface } from '@shared/model/interface';
import { expect, test } from 'vitest';
import { appendSamples, busiestOf, interfacesInTotal, lastSeconds, peakOf, sumOf, sumSamples, WINDOW } from './interfaces';

function sample(second: number, fields: Partial<InterfaceSample> = {}): InterfaceSample {
  return {
    at_ms: second * 1000,
    sequence: second,
    interval_ms: 1000,
    interface: 'eth0',
    index: 2,
    rx_rate_bps: 100,
    tx_rate_bps: 10,
    rx_packet_rate: 1,
    tx_packet_rate: 1,
    rx_errors: 0,
    tx_errors: 0,
    rx_dropped: 0,
    tx_dropped: 0,
    ...fields,
  };
}

function details(name: string, fields: Partial<NetworkInterface> = {}): NetworkInterface {
  return {
    name,
    index: 1,
    mac: null,
    addresses: [],
    mtu: 1500,
    up: true,
    running: true,
    loopback: false,
    wireless: false,
    kind: 'ethernet',
    speed_mbps: null,
    is_default: false,
    since_boot: null,
    ...fields,
  };
}

test('keeps 900 samples of an interface and drops the oldest', () => {
  const all = Array.from({ length: WINDOW }, (_, second) => sample(second));
  const full = appendSamples(new Map(), { snapshot: true, samples: all });
  const next = appendSamples(full, { snapshot: false, samples: [sample(WINDOW)] });
  expect(next.get('eth0')).toHaveLength(WINDOW);
  expect(next.get('eth0')?.[0]?.sequence).toBe(1);
});

test('leaves the window of an interface that got nothing the same object', () => {
  const before = appendSamples(new Map(), { snapshot: true, samples: [sample(1), sample(1, { interface: 'lo' })] });
  const after = appendSamples(before, { snapshot: false, samples: [sample(2)] });
  expect(after.get('lo')).toBe(before.get('lo'));
  expect(after.get('eth0')).toHaveLength(2);
});

test('begins anew with a snapshot', () => {
  const before = appendSamples(new Map(), { snapshot: true, samples: [sample(1), sample(1, { interface: 'gone' })] });
  expect([...appendSamples(before, { snapshot: true, samples: [sample(9)] }).keys()]).toEqual(['eth0']);
});

test('sums real interfaces only, so that a container counts once', () => {
  const list = [
    details('lo', { loopback: true, kind: 'loopback' }),
    details('eth0'),
    details('docker0', { kind: 'bridge' }),
    details('veth1', { kind: 'veth' }),
    details('wlan0', { kind: 'wifi', up: false }),
  ];
  expect(interfacesInTotal(list)).toEqual(['eth0']);
});

test('falls back to the default interface, then to all that are up', () => {
  expect(interfacesInTotal([details('lo', { loopback: true }), details('tun0', { kind: 'tun', is_default: true })])).toEqual([
    'tun0',
  ]);
  expect(interfacesInTotal([details('lo', { loopback: true })])).toEqual(['lo']);
});

test('names the busiest of the interfaces that move, and none when all rest', () => {
  const list = [details('eth0'), details('eth1'), details('vnet0'), details('new')];
  const windows = new Map([
    ['eth0', [sample(1, { rx_rate_bps: 9_000 })]],
    ['eth1', [sample(1, { interface: 'eth1', rx_rate_bps: 0, tx_rate_bps: 700 })]],
    ['vnet0', [sample(1, { interface: 'vnet0', rx_rate_bps: 9_000 }), sample(2, { interface: 'vnet0', rx_rate_bps: 0 })]],
  ]);
  expect(busiestOf(list, windows, ({ name }) => name !== 'eth0')?.interface).toBe('eth1');
  const resting = new Map([['eth1', [sample(1, { rx_rate_bps: 0, tx_rate_bps: 0 })]]]);
  expect(busiestOf(list, resting, () => true)).toBeNull();
});

test('adds the same second of several interfaces, and knows no sum without a rate', () => {
  const wlan = [sample(1, { interface: 'wlan0', rx_rate_bps: 5 }), sample(2, { interface: 'wlan0', rx_rate_bps: null })];
  expect(sumSamples([[sample(1), sample(2), sample(3)], wlan]).map(({ rx_rate_bps }) => rx_rate_bps)).toEqual([105, null, 100]);
});

test('looks back from the newest sample', () => {
  const samples = [sample(1, { rx_errors: 9 }), sample(2, { rx_rate_bps: 700 }), sample(3, { rx_errors: 2, tx_dropped: 1 })];
  expect(lastSeconds(samples, 2).map(({ sequence }) => sequence)).toEqual([2, 3]);
  expect(peakOf(samples, 'rx_rate_bps')).toEqual({ value: 700, at_ms: 2000 });
  expect(sumOf(lastSeconds(samples, 2), 'rx_errors', 'tx_dropped')).toBe(3);
});
