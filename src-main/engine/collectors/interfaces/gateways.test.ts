import { expect, test } from 'vitest';
import { gatewaysFromProc } from './gateways';

const IPV4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
`;
const IPV6 = `00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0
20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200 lo
`;

test('default routes of both families name their routers; others do not', () => {
  expect(gatewaysFromProc(IPV4, IPV6)).toEqual(['192.0.2.1', 'fe80::1']);
});

test('a machine without routes has none', () => {
  expect(gatewaysFromProc(IPV4.split('\n')[0] ?? '', '')).toEqual([]);
});
