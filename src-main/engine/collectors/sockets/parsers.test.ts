import { describe, expect, test } from 'vitest';
import { fixture, fixturesOf } from '../../../../test/fixtures/fixture';
import { parseLsof } from './lsof';
import { parseNetstat } from './netstat';
import { parseNetstatMacos } from './netstat-macos';
import { parseProcNet } from './proc-net';
import type { Socket } from './socket';
import { addInodes, parseSs, type SsLayout } from './ss';

/** One row as a line: what a person would compare. */
function line({ protocol, local_ip, local_port, foreign_ip, foreign_port, state, owners }: Socket): string {
  const names = owners?.map(({ program, pid }) => `${program}/${pid}`).join(',') ?? '?';
  return `${protocol} ${local_ip} ${local_port ?? '*'} ${foreign_ip} ${foreign_port ?? '*'} ${state} ${names || '-'}`;
}

function ends(sockets: readonly Socket[]): string[] {
  return sockets.map(each => line({ ...each, owners: null }).replace(' ?', '')).toSorted();
}

const WHOLE_TABLE = ends(parseSs(fixture('ss/tuna.txt')));

describe('ss', () => {
  const layouts: Record<string, SsLayout> = {
    'ss/tlnp.txt': { transport: 'TCP' },
    'ss/state-established.txt': { transport: 'TCP', state: 'ESTABLISHED' },
  };
  const rows: Record<string, number> = {
    'ss/tunap.txt': 26,
    'ss/tunap-nohdr-oneline.txt': 26,
    'ss/tuna.txt': 26,
    'ss/tunap-unprivileged.txt': 26,
    'ss/tlnp.txt': 9,
    'ss/tunape-extended.txt': 26,
    'ss/6-only.txt': 9,
    'ss/wide-columns-120.txt': 26,
    'ss/tunap-with-names.txt': 26,
    'ss/state-established.txt': 12,
    'ss/sport-filter.txt': 2,
    'ss/empty-filter.txt': 0,
    'ss/ti-info.txt': 14,
  };

  test.each(Object.entries(rows))('reads %s: %i sockets', (name, count) => {
    expect(parseSs(fixture(name), layouts[name])).toHaveLength(count);
  });

  test.each([
    'ss/tunap.txt',
    'ss/tunap-nohdr-oneline.txt',
    'ss/tunape-extended.txt',
    'ss/wide-columns-120.txt',
    'ss/tunap-with-names.txt',
    'ss/tunap-unprivileged.txt',
  ])('%s tells the same table as `ss -tuna`', name => expect(ends(parseSs(fixture(name)))).toEqual(WHOLE_TABLE));

  test('reads names with brackets, quotes and other scripts, several owners, zones and dual-stack listeners', () => {
    const lines = parseSs(fixture('ss/tunap.txt')).map(line);
    expect(lines).toContain('TCP 0.0.0.0 8080 0.0.0.0 * LISTEN my server (v2/11680');
    expect(lines).toContain('TCP6 :: 8443 :: * LISTEN say "hi"/11681');
    expect(lines).toContain('TCP6 ::ffff:127.0.0.1 8443 ::ffff:127.0.0.1 55440 ESTABLISHED say "hi"/11681');
    expect(lines).toContain('TCP 0.0.0.0 80 0.0.0.0 * LISTEN workers/11683,workers/11685,workers/11687');
    expect(lines).toContain('TCP6 fe80::ff:fe00:7701%veth-a 9000 :: * LISTEN zürich:srv/14739');
    expect(lines).toContain('UDP 0.0.0.0 5353 0.0.0.0 * - very-long-proce/11682');
    expect(lines).toContain('UDP 192.0.2.1 40000 192.0.2.2 53 ESTABLISHED very-long-proce/11682');
    expect(lines).toContain('TCP 192.0.2.1 7100 192.0.2.1 58472 ESTABLISHED -');
    expect(lines).toContain('TCP 127.0.0.1 54424 127.0.0.1 7000 FIN_WAIT2 closer/11686');
  });

  test('tells the accept queue of a listener, and never its limit as a send queue', () => {
    const lazy = parseSs(fixture('ss/tunap.txt')).find(({ local_port, state }) => local_port === 7100 && state === 'LISTEN');
    expect(lazy).toMatchObject({ recv_queue: 2, send_queue: 0 });
  });

  test('reads inode, cookie and user with -e; a socket in the accept queue has none', () => {
    const sockets = parseSs(fixture('ss/tunape-extended.txt'));
    expect(sockets.find(({ local_port }) => local_port === 3306)).toMatchObject({ inode: 865_990, cookie: 0x258e0, uid: 0 });
    expect(sockets.find(({ foreign_port }) => foreign_port === 58_472)).toMatchObject({ inode: 0, uid: null, owners: [] });
  });

  test('reads round trip and bytes of -i from the line below as from the same line', () => {
    const sender = parseSs(fixture('ss/ti-info.txt'), { transport: 'TCP' }).find(({ local_port }) => local_port === 58_456);
    expect(sender).toMatchObject({ rtt_ms: 0.027, tx_bytes: 5_000, rx_bytes: 0, retransmits: 0 });
    const oneLine =
      'tcp ESTAB 0 0 192.0.2.1:22 192.0.2.9:5000 uid:33 ino:7 sk:1a cgroup:/a <-> cubic rto:204 rtt:1.5/0.7 bytes_sent:10 bytes_retrans:3 bytes_acked:8 bytes_received:44 retrans:0/3 minrtt:0.4';
    expect(parseSs(oneLine)).toMatchObject([{ uid: 33, inode: 7, rtt_ms: 1.5, tx_bytes: 7, rx_bytes: 44, retransmits: 3 }]);
  });

  test.each([
    ['bytes_acked:1', 0], // the SYN
    ['bytes_acked:2', 0], // and the FIN
    ['bytes_sent:5 bytes_acked:6', 5],
    ['bytes_sent:5 bytes_acked:5', 5],
    ['bytes_sent:90 bytes_acked:11', 11],
    ['bytes_acked:700', 700], // an old ss
  ])('payload sent of %s is %d', (told, bytes) => {
    expect(parseSs(`tcp ESTAB 0 0 192.0.2.1:22 192.0.2.9:5000 ino:7 sk:1a cubic rto:204 rtt:1.5/0.7 ${told}`)).toMatchObject([
      { tx_bytes: bytes },
    ]);
  });

  test('a process name that looks like the rest of the line is only a name', () => {
    const [socket] = parseSs('tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(("x ino:1 sk:2",pid=9,fd=3)) ino:77 sk:ab');
    expect(socket).toMatchObject({ inode: 77, cookie: 0xab, owners: [{ pid: 9, program: 'x ino:1 sk:2' }] });
  });

  test('a process name cannot steer a terminal', () => {
    const [socket] = parseSs('tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(("\u001b]0;pwned\u0007",pid=9,fd=3))');
    expect(socket?.owners).toEqual([{ pid: 9, program: ']0;pwned' }]);
  });

  test.each([
    'Netid State',
    'tcp ESTAB 0 0',
    'tcp NAPPING 0 0 1.2.3.4:5 *:*',
    'sctp LISTEN 0 5 *:1 *:*',
    'tcp ESTAB 0 0 nonsense 1.2.3.4:5',
    'tcp LISTEN 0 0 0.0.0.0:no-such-service *:*',
  ])('quotes the line it cannot read: %s', text =>
    expect(() => parseSs(`tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:*\n${text}`)).toThrow(`cannot read: ${text}`),
  );
});

describe('netstat', () => {
  const rows: Record<string, number> = {
    'netstat/tunap.txt': 26,
    'netstat/tunap-wide.txt': 26,
    'netstat/tuna.txt': 26,
    'netstat/tunap-unprivileged.txt': 26,
    'netstat/tlnp.txt': 9,
    'netstat/tunape.txt': 26,
    'netstat/continuous-timers.txt': 15,
    'busybox/netstat-tuna.txt': 26,
    'busybox/netstat-tln.txt': 9,
    'busybox/netstat-tunae.txt': 26,
    'busybox/netstat-tuna-unprivileged.txt': 26,
    'busybox/netstat-tunap-alpine-by-hand.txt': 26,
  };

  test.each(Object.entries(rows))('reads %s: %i sockets', (name, count) => {
    expect(parseNetstat(fixture(name))).toHaveLength(count);
  });

  test.each(['netstat/tunap-wide.txt', 'busybox/netstat-tuna.txt'])('%s tells the same table as ss, zones apart', name => {
    expect(ends(parseNetstat(fixture(name)))).toEqual(WHOLE_TABLE.map(each => each.replace('%veth-a', '')).toSorted());
  });

  test('reads process, user and inode', () => {
    const sockets = parseNetstat(fixture('netstat/tunape.txt'));
    expect(sockets.find(({ local_port }) => local_port === 3306)).toMatchObject({
      inode: 865_990,
      uid: 0,
      owners: [{ pid: 14_739, program: 'python3' }],
    });
    expect(sockets.find(({ foreign_port }) => foreign_port === 58_472)).toMatchObject({ inode: 0, uid: null, owners: [] });
  });

  test('unprivileged runs show no process, which is no failure', () => {
    expect(parseNetstat(fixture('netstat/tunap-unprivileged.txt')).flatMap(({ owners }) => owners)).toEqual([]);
  });

  test('BusyBox with -p: names with blanks, and states grown together with the process', () => {
    const lines = parseNetstat(fixture('busybox/netstat-tunap-alpine-by-hand.txt')).map(line);
    expect(lines).toContain('TCP 0.0.0.0 8080 0.0.0.0 * LISTEN my server (v2)/1003');
    expect(lines).toContain('TCP6 fe80::ff:fe00:7701 40432 fe80::ff:fe00:7701 9000 ESTABLISHED nginx: worker/1023');
    expect(lines).toContain('TCP6 fe80::ff:fe00:7701 9000 fe80::ff:fe00:7701 40432 ESTABLISHED -');
  });

  test.each([
    'busybox/netstat-tunaW.txt',
    'busybox/netstat-tunap-debian-build-without-p.txt',
    'busybox/netstat-rn.txt',
    'netstat/version.txt',
  ])('%s is no table, and is said to be none', name => expect(() => parseNetstat(fixture(name))).toThrow('cannot read'));

  test('quotes the line it cannot read', () => {
    expect(() => parseNetstat('Active Internet connections\nProto Recv-Q\ntcp 0 0 nonsense')).toThrow(
      'cannot read: tcp 0 0 nonsense',
    );
  });
});

test('/proc/net tells the same table as ss, zones apart', () => {
  const sockets = (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap(file =>
    parseProcNet(fixture(`proc/net-${file}.txt`), file.startsWith('tcp') ? 'TCP' : 'UDP'),
  );
  expect(ends(sockets)).toEqual(WHOLE_TABLE.map(each => each.replace('%veth-a', '')).toSorted());
  expect(sockets.find(({ local_port }) => local_port === 3306)).toMatchObject({ inode: 865_990, uid: 0, send_queue: 0 });
  expect(sockets.find(({ foreign_port }) => foreign_port === 58_472)).toMatchObject({ inode: 0, uid: null, recv_queue: 5_000 });
});

test('/proc/net: quotes the line it cannot read', () => {
  expect(() => parseProcNet('heading\n  0: 0100007F:0CEA 00000000', 'TCP')).toThrow('cannot read: 0: 0100007F:0CEA 00000000');
});

describe('lsof', () => {
  const rows: Record<string, number> = {
    'lsof/inP.txt': 24,
    'lsof/inP-longnames-c0.txt': 24,
    'lsof/iTCP-listen.txt': 9,
    'lsof/i6.txt': 9,
    'lsof/port-8080.txt': 4,
    'lsof/port-none.txt': 0,
    'lsof/names.txt': 24,
    'lsof/inP-unprivileged.txt': 0,
    'macos/lsof-inP.txt': 4,
  };

  test.each(Object.entries(rows))('reads %s: %i sockets', (name, count) => {
    expect(parseLsof(fixture(name))).toHaveLength(count);
  });

  test('reads escaped names, several owners and mapped peers', () => {
    const lines = parseLsof(fixture('lsof/inP-longnames-c0.txt')).map(line);
    expect(lines).toContain('TCP 0.0.0.0 8080 0.0.0.0 * LISTEN my server (v2)/11680');
    expect(lines).toContain('TCP 0.0.0.0 80 0.0.0.0 * LISTEN workers/11683,workers/11685,workers/11687');
    expect(lines).toContain('TCP6 ::ffff:127.0.0.1 8443 ::ffff:127.0.0.1 55440 ESTABLISHED say "hi"/11681');
    expect(lines).toContain('TCP6 fe80::ff:fe00:7701 9000 :: * LISTEN zürich:srv/14739');
  });

  test.each(['lsof/fields-F.txt', 'lsof/version.txt'])('%s is no table, and is said to be none', name => {
    expect(() => parseLsof(fixture(name))).toThrow('cannot read');
  });
});

describe('macOS netstat (written by hand, unverified)', () => {
  test('reads the layout of macOS 12 and before, which has pids and no names', () => {
    expect(parseNetstatMacos(fixture('macos/netstat-anv-macos12.txt')).map(line)).toEqual([
      'TCP 127.0.0.1 5432 0.0.0.0 * LISTEN -/511',
      'TCP6 :: 9000 :: * LISTEN -/40123',
      'TCP6 2001:db8::7 52001 2001:db8:1::2 993 CLOSE_WAIT -/702',
      'TCP6 fe80::1%lo0 8080 :: * LISTEN -/702',
      'TCP 198.51.100.7 50001 203.0.113.9 22 ESTABLISHED -/903',
      'TCP 127.0.0.1 50111 127.0.0.1 5432 TIME_WAIT -',
    ]);
  });

  test('reads the layout of macOS 13 and later: names with blanks and colons, pid 0, bytes', () => {
    const sockets = parseNetstatMacos(fixture('macos/netstat-anv-macos14.txt'));
    expect(sockets.map(line)).toEqual([
      'TCP 127.0.0.1 5432 0.0.0.0 * LISTEN postgres/511',
      'TCP 198.51.100.7 50002 203.0.113.34 443 ESTABLISHED Some Browser Hel/855',
      'TCP 198.51.100.7 50003 203.0.113.35 443 SYN_SENT a:b: c/901',
      'UDP 0.0.0.0 5353 0.0.0.0 * - mDNSResponder/321',
      'UDP 198.51.100.7 64001 203.0.113.95 443 ESTABLISHED Some Browser Hel/855',
      'UDP6 fe80::aede:48ff: 123 :: * - -',
    ]);
    expect(sockets[1]).toMatchObject({ rx_bytes: 120_456, tx_bytes: 20_311 });
  });
});

test('every fixture of these programs is read by a test of this file', () => {
  const others = [
    'ss/s-summary.txt',
    'ss/raw-w.txt',
    'ss/version.txt',
    'netstat/i-interfaces.txt',
    'netstat/ie-extended.txt',
    'netstat/s-statistics.txt',
    'netstat/rn-routes.txt',
  ];
  const known = [...fixturesOf('ss'), ...fixturesOf('netstat'), ...fixturesOf('lsof')].filter(name => !others.includes(name));
  expect(known).toHaveLength(13 + 8 + 10);
});

test('without -e, inode and user of ss rows come from the row of /proc/net with the same ends', () => {
  const rows = (...args: Parameters<typeof parseProcNet>): Socket[] => parseProcNet(...args);
  const known = [
    ...rows(fixture('proc/net-tcp.txt'), 'TCP'),
    ...rows(fixture('proc/net-tcp6.txt'), 'TCP'),
    ...rows(fixture('proc/net-udp.txt'), 'UDP'),
    ...rows(fixture('proc/net-udp6.txt'), 'UDP'),
  ];
  const told = (sockets: readonly Socket[]): unknown[] => sockets.map(({ inode, uid }) => [inode, uid]);
  expect(told(addInodes(parseSs(fixture('ss/tuna.txt')), known))).toEqual(told(parseSs(fixture('ss/tunape-extended.txt'))));
  const [first] = known;
  const twins = [first, first].filter(socket => socket !== undefined);
  expect(addInodes(parseSs(fixture('ss/tuna.txt')), twins).every(({ inode }) => inode === null)).toBe(true);
});
