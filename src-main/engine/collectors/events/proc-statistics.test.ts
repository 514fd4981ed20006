import { expect, test } from 'vitest';
import { parseProcStatistics } from './proc-statistics';

// Linux 6.18, shortened to the sections that are read and one that is not.
const snmp = `Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors OutNoRoutes
Ip: 1 64 68351 2 0 7
Icmp: InMsgs InErrors
Icmp: 12 0
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn InErrs OutRsts InCsumErrors
Tcp: 1 200 120000 -1 0 309 4
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors
Udp: 1203 24 5 1230 5 0 1
`;
const netstat = `TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPBacklogDrop TCPRcvQDrop
TcpExt: 0 3 9 2 0
IpExt: InNoRoutes
IpExt: 0
`;
const snmp6 = 'Ip6InReceives                   	0\nUdp6NoPorts                     	6\nUdp6RcvbufErrors                	1\n';
const softnet = '0000a3f1 00000002 00000000 00000000\n0000b001 0000000a 00000001 00000000\n';

test('counters of every section become reasons, both versions of UDP together', () => {
  expect(Object.fromEntries(parseProcStatistics({ snmp, netstat, snmp6, softnet }))).toEqual({
    IP_INHDR: 2,
    IP_OUTNOROUTES: 7,
    TCP_CSUM: 4,
    NO_SOCKET: 30,
    UDP_CSUM: 1,
    SOCKET_RCVBUFF: 6,
    TCP_LISTEN_OVERFLOW: 3,
    SOCKET_BACKLOG: 2,
    CPU_BACKLOG: 12,
  });
});

test('what an older kernel does not count is left out, and nothing at all is said', () => {
  expect(parseProcStatistics({ snmp, netstat: '', snmp6: '', softnet: '' }).has('TCP_LISTEN_OVERFLOW')).toBe(false);
  expect(() => parseProcStatistics({ snmp: 'not this', netstat: '', snmp6: '', softnet: '' })).toThrow(/not this/);
});
