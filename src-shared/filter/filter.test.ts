import { expect, test } from 'vitest';
import type { Connection } from '../model/connection';
import type { LiveEvent } from '../model/event';
import { toEnglish } from '../text/index';
import { eventFilterRow } from './event-row';
import { matchesFilter, parseFilter } from './filter';
import { suggest } from './suggest';

function row(fields: Partial<Connection> = {}): Connection {
  return {
    protocol: 'TCP',
    recv_queue: 0,
    send_queue: 0,
    local_ip: '192.0.2.10',
    local_port: 51_000,
    foreign_ip: '198.51.100.34',
    foreign_port: 443,
    state: 'ESTABLISHED',
    pid: 812,
    program: 'nginx',
    attribution: 'exact',
    user: 'www-data',
    netns: null,
    container: null,
    rtt_ms: 12.5,
    retransmits: 3,
    age_s: 42,
    ...fields,
  };
}

function passes(source: string, fields: Partial<Connection> = {}): boolean {
  const parsed = parseFilter(source);
  if (!parsed.ok) throw new Error(toEnglish(parsed.message));
  return matchesFilter(parsed.filter, row(fields));
}

const LISTENER: Partial<Connection> = {
  state: 'LISTEN',
  local_ip: '0.0.0.0',
  local_port: 443,
  foreign_ip: '0.0.0.0',
  foreign_port: null,
};

test.each<[string, Partial<Connection>, boolean]>([
  ['', {}, true],
  ['state:listen port:443 process:nginx !local', LISTENER, true],
  ['state:listening', LISTENER, true],
  ['state:LISTEN', {}, false],
  ['state:estab,time-wait', {}, true],
  ['!state:established', {}, false],
  ['-state:established', {}, false],
  ['port:443', {}, true],
  ['lport:443', {}, false],
  ['rport:440-450', {}, true],
  ['port:80,443', {}, true],
  ['proto:tcp', { protocol: 'TCP6' }, true],
  ['proto:tcp4', { protocol: 'TCP6' }, false],
  ['proto:udp', {}, false],
  ['process:NGI', {}, true],
  ['process=ngi', {}, false],
  ['program~^ngin[x]$', {}, true],
  ['process:"my server (v2)"', { program: 'my server (v2)' }, true],
  ['process~"y s.*\\(v"', { program: 'my server (v2)' }, true],
  ['pid:812', {}, true],
  ['pid:812', { pid: null }, false],
  ['user:www', {}, false],
  ['user:WWW-DATA', {}, true],
  ['host:198.51.100.0/24', {}, true],
  ['host:192.0.2.0/28', {}, true],
  ['remote:192.0.2.0/28', {}, false],
  ['local:192.0.2.10', {}, true],
  ['remote:2001:db8::/32', { foreign_ip: '2001:db8:77::1' }, true],
  ['remote:10.0.0.0/8', { foreign_ip: '::ffff:10.1.2.3' }, true],
  ['remote:198.51', {}, true],
  ['host:localhost', { local_ip: '127.0.0.53' }, true],
  ['local', { local_ip: '::1', foreign_ip: '::1' }, true],
  ['local', {}, false],
  ['"local"', { program: 'local-exec' }, true],
  ['rtt>10', {}, true],
  ['rtt>100', {}, false],
  ['rtt>100', { rtt_ms: null }, false],
  ['age<60 retransmits>0', {}, true],
  ['recvq>0', { recv_queue: 5_000 }, true],
  ['recvq>=5k', { recv_queue: 5_000 }, true],
  ['198.51.100.34:443', {}, true],
  ['dead::beef', { foreign_ip: 'dead::beef' }, true],
  ['[::1]:8443', { local_ip: '::1', local_port: 8443 }, true],
  ['443', {}, true],
  ['44', {}, false],
  ['nginx,apache', { program: 'apache2' }, true],
  ['is:listening', LISTENER, true],
  ['is:listening', { protocol: 'UDP', foreign_port: null, state: '-' }, true],
])('%s with %o is %s', (source, fields, expected) => {
  expect(passes(source, fields)).toBe(expected);
});

test.each([
  ['colour:red', 0, 'There is no field colour'],
  ['port:443 state:sleeping', 9, 'state cannot be sleeping'],
  ['process:"open', 0, 'quote is not closed'],
  ['process~(', 0, 'not a regular expression'],
  ['host:10.0.0.0/33', 0, 'host cannot be 10.0.0.0/33'],
  ['port:', 0, 'Nothing stands after port'],
  ['rtt>fast', 0, 'rtt cannot be fast'],
  ['state>1', 0, 'state cannot be compared with >'],
  ['x'.repeat(4097), 4096, 'longer than 4096'],
])('refuses %s at its place', (source, position, message) => {
  const parsed = parseFilter(source);
  expect(parsed).toMatchObject({ ok: false, position });
  expect(parsed.ok ? '' : toEnglish(parsed.message)).toContain(message);
});

test('a pattern that would take exponential time elsewhere is answered at once', () => {
  // (a+)+$ on 5,000 letters needs 2^5000 steps with backtracking: reaching the next line is the proof.
  expect(passes('process~(a+)+$', { program: `${'a'.repeat(5_000)}!` })).toBe(false);
});

test('suggests fields, flags and the commonest values', () => {
  const rows = [row(), row(), row({ program: 'my server (v2)' })];
  expect(suggest('pro', 3, rows).items.map(({ insert }) => insert)).toEqual(['proto:', 'process:']);
  expect(suggest('!lo', 3, rows)).toMatchObject({ from: 1, items: [{ insert: 'local', kind: 'flag' }, { insert: 'local:' }] });
  expect(suggest('process:', 8, rows).items).toEqual([
    { insert: 'nginx', kind: 'value', count: 2 },
    { insert: '"my server (v2)"', kind: 'value', count: 1 },
  ]);
  expect(suggest('port:80,44', 10, rows)).toMatchObject({ from: 8, to: 10, items: [{ insert: '443', count: 3 }] });
});

test.each([
  ['port:99999', '443, 8000-9000'],
  ['port:80-70000', '443, 8000-9000'],
  ['rx:>1M', 'rx>1M'],
  ['age:soon', 'age<60, age>3600'],
])('%s is refused with an example that fits', (filter, example) => {
  const parsed = parseFilter(filter);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(toEnglish(parsed.message)).toContain(`For example: ${example}`);
});

const drop: LiveEvent = {
  id: 1,
  kind: 'drop',
  at_ms: 0,
  pid: null,
  program: '-',
  user: null,
  attribution: 'none',
  container: null,
  protocol: 'UDP',
  family: 'IPv6',
  direction: 'inbound',
  local_ip: '2001:db8::1',
  local_port: 9100,
  foreign_ip: '2001:db8::2',
  foreign_port: 40_000,
  interface: 'eth0',
  netns: 7,
  socket: null,
  latency_ms: null,
  duration_ms: null,
  bytes_sent: null,
  bytes_received: null,
  rtt_ms: null,
  retransmits: null,
  length: 60,
  error: null,
  close_reason: null,
  reason: 'NO_SOCKET',
  benign: false,
  location: '__udp6_lib_rcv+0x1f2',
};
const failed: LiveEvent = {
  ...drop,
  kind: 'connect_failed',
  protocol: 'TCP',
  reason: null,
  error: 'ECONNREFUSED',
  latency_ms: 12,
};

test.each<[string, LiveEvent, boolean]>([
  ['kind:drop reason:no_socket', drop, true],
  ['reason:no-socket', drop, true],
  ['reason~^NO_', drop, true],
  ['reason:NETFILTER_DROP,NO_SOCKET', drop, true],
  ['proto:udp6 remote:2001:db8::2 lport:9100 direction:inbound', drop, true],
  ['interface:eth0 location:udp6 length>50 netns:7', drop, true],
  ['result:ok', drop, false],
  ['!result:ok', drop, true],
  ['no_socket', drop, true],
  ['result:refused', failed, true],
  ['result:econnrefused latency>10', failed, true],
  ['result:timeout,unreachable', failed, false],
  ['kind:connect-failed', failed, true],
  ['reason:no_socket', failed, false],
  ['sent>0', failed, false],
])('events: %s', (source, event, expected) => {
  const parsed = parseFilter(source);
  expect(parsed.ok && matchesFilter(parsed.filter, eventFilterRow(event))).toBe(expected);
});

test('fields are suggested where rows have them', () => {
  expect(suggest('la', 2, [eventFilterRow(failed)]).items.map(({ insert }) => insert)).toEqual(['latency:']);
  expect(suggest('sta', 3, [eventFilterRow(failed)]).items).toEqual([]);
  expect(suggest('la', 2, [row()]).items).toEqual([]);
});
