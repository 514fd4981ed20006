import { readdirSync } from 'node:fs';
import { toEnglish } from '@shared/text/index';
import { expect, test } from 'vitest';
import { rules } from './index';
import type { PatternAttempt, PatternInput, Rule } from './rule';

const files = readdirSync(import.meta.dirname).map(name => name.replace('.ts', ''));
const HELPERS = new Set(['index', 'rule', 'thresholds', 'repeated-failures', 'rules.test']);

test('every file of the folder is a rule of the list', () => {
  const names = rules.map(({ id }) => id.replaceAll('_', '-')).sort();
  expect(names).toEqual(files.filter(name => !HELPERS.has(name)).sort());
});

let nextId = 1;
function attempt(atS: number, fields: Partial<PatternAttempt> = {}): PatternAttempt {
  const { ip = '192.0.2.1', port = 443 } = fields;
  return {
    id: String(nextId++),
    at_ms: atS * 1_000,
    pid: 7,
    program: 'curl',
    protocol: 'TCP',
    inbound: false,
    ip,
    port,
    destination: `${ip}:${port}`,
    result: 'ok',
    latency_ms: 10,
    bytes_sent: 1_000,
    socket: nextId,
    ...fields,
  };
}

const times = (count: number, make: (index: number) => PatternAttempt): PatternAttempt[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** What a rule finds, in English. */
function find(id: Rule['id'], input: Partial<PatternInput>): string[] {
  const rule = rules.find(each => each.id === id);
  if (!rule) throw new Error(`No rule ${id}`);
  const whole: PatternInput = {
    attempts: [],
    earlier: [],
    unwanted: [],
    resent: new Map(),
    duration_s: 60,
    earlier_s: 0,
    ...input,
  };
  return rule.find(whole).map(({ summary }) => toEnglish(summary));
}

const unwanted = (count: number, apartS: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index),
    at_ms: index * apartS * 1_000,
    source: '198.51.100.9',
    port: 1_000 + index,
    protocol: 'TCP',
  }));

test.each<[string, Rule['id'], Partial<PatternInput>, string[]]>([
  [
    '50 attempts within 10 s',
    'burst',
    { attempts: times(50, index => attempt(index / 10)) },
    ["'curl' made 50 attempts within 10 s; usual for it: 0.0"],
  ],
  ['49 attempts within 10 s', 'burst', { attempts: times(49, index => attempt(index / 10)) }, []],
  ['50 attempts in 10 s of a process that always does so', 'burst', { attempts: times(300, index => attempt(index / 5)) }, []],
  [
    '50 hosts within a minute',
    'fan_out',
    { attempts: times(50, index => attempt(index, { ip: `192.0.2.${index}` })) },
    ["'curl' turned to 50 hosts within 60 s"],
  ],
  [
    '50 hosts over two minutes',
    'fan_out',
    { attempts: times(50, index => attempt(index * 2.4, { ip: `192.0.2.${index}` })), duration_s: 120 },
    [],
  ],
  [
    '50 hosts of two processes',
    'fan_out',
    { attempts: times(50, index => attempt(index, { ip: `192.0.2.${index}`, pid: index % 2 })) },
    [],
  ],
  [
    '20 ports of one host',
    'port_scan_out',
    { attempts: times(20, index => attempt(index, { port: index + 1 })) },
    ["'curl' tried 20 ports of 192.0.2.1 within 60 s"],
  ],
  [
    '20 ports of 20 hosts',
    'port_scan_out',
    { attempts: times(20, index => attempt(index, { port: index + 1, ip: `192.0.2.${index}` })) },
    [],
  ],
  ['one port 20 times', 'port_scan_out', { attempts: times(20, index => attempt(index)) }, []],
  [
    '20 ports of ours tried by one host',
    'port_scan_in',
    { unwanted: unwanted(20, 1) },
    ['198.51.100.9 tried 20 ports of this machine on which nothing listens, within 60 s'],
  ],
  ['20 ports of ours over an hour', 'port_scan_in', { unwanted: unwanted(20, 180) }, []],
  [
    'every 30 s, on the dot',
    'beaconing',
    { attempts: times(6, index => attempt(index * 30)) },
    ["'curl' turns to 192.0.2.1:443 every 30.0 s (jitter 0.0 %, 6 contacts)"],
  ],
  [
    'every 30 s, each time a new process',
    'beaconing',
    { attempts: times(6, index => attempt(index * 30, { pid: index })) },
    ["'curl' turns to 192.0.2.1:443 every 30.0 s (jitter 0.0 %, 6 contacts)"],
  ],
  [
    'every 30 s, two connections each time',
    'beaconing',
    { attempts: times(12, index => attempt(Math.floor(index / 2) * 30 + (index % 2) / 10)) },
    ["'curl' turns to 192.0.2.1:443 every 30.0 s (jitter 0.0 %, 6 contacts)"],
  ],
  ['at random times', 'beaconing', { attempts: [0, 3, 40, 44, 90, 200, 210].map(at => attempt(at)) }, []],
  ['five times only', 'beaconing', { attempts: times(5, index => attempt(index * 30)) }, []],
  ['every second', 'beaconing', { attempts: times(30, index => attempt(index * 1.5)) }, []],
  [
    '5 of 8 refused',
    'refused',
    { attempts: times(8, index => attempt(index, { result: index < 5 ? 'ECONNREFUSED' : 'ok' })) },
    ["'curl' was refused by 192.0.2.1:443: 5 of 8 attempts"],
  ],
  [
    '5 of 11 refused',
    'refused',
    { attempts: times(11, index => attempt(index, { result: index < 5 ? 'ECONNREFUSED' : 'ok' })) },
    [],
  ],
  ['4 refused', 'refused', { attempts: times(4, index => attempt(index, { result: 'ECONNREFUSED' })) }, []],
  [
    '3 timed out',
    'timed_out',
    { attempts: times(3, index => attempt(index, { result: 'ETIMEDOUT' })) },
    ["'curl' got no answer from 192.0.2.1:443: 3 of 3 attempts"],
  ],
  [
    '3 given up before an answer was due',
    'timed_out',
    { attempts: times(3, index => attempt(index, { result: 'ECANCELED' })) },
    [],
  ],
  [
    'no route and no neighbour',
    'unreachable',
    { attempts: times(3, index => attempt(index, { result: index ? 'EHOSTUNREACH' : 'ENETUNREACH' })) },
    ["'curl' cannot reach 192.0.2.1:443: 3 of 3 attempts"],
  ],
  [
    'slow to connect',
    'slow_handshakes',
    { attempts: times(5, index => attempt(index, { latency_ms: 300 })) },
    ['Connecting to 192.0.2.1 takes 300 ms (median of 5)'],
  ],
  [
    'one slow among fast',
    'slow_handshakes',
    { attempts: times(5, index => attempt(index, { latency_ms: index ? 9 : 3_000 })) },
    [],
  ],
  [
    'slow and accepted: the peer’s affair',
    'slow_handshakes',
    { attempts: times(5, index => attempt(index, { latency_ms: 300, inbound: true })) },
    [],
  ],
  [
    '20 segments of 100 B for 98,000 B',
    'retransmissions',
    { attempts: [attempt(0, { socket: 5, bytes_sent: 98_000 })], resent: new Map([[5, { segments: 20, bytes: 2_000 }]]) },
    ['2.0 % of what was sent to 192.0.2.1 had to be sent again (20 segments)'],
  ],
  [
    'the same of a connection that is open',
    'retransmissions',
    { attempts: [attempt(0, { socket: 5, bytes_sent: null })], resent: new Map([[5, { segments: 20, bytes: 2_000 }]]) },
    [],
  ],
  [
    '20 segments of a gigabyte',
    'retransmissions',
    { attempts: [attempt(0, { socket: 5, bytes_sent: 1e9 })], resent: new Map([[5, { segments: 20, bytes: 2_000 }]]) },
    [],
  ],
  [
    'a host never spoken to',
    'new_destinations',
    { attempts: [attempt(700, { ip: '203.0.113.5' })], earlier: times(20, index => attempt(index)), earlier_s: 600 },
    ["'curl' turned to 1 destinations it had not spoken to in the 10 min before"],
  ],
  [
    'a program never seen',
    'new_destinations',
    { attempts: [attempt(700, { program: 'new' })], earlier: times(20, index => attempt(index)), earlier_s: 600 },
    [],
  ],
  [
    'watched too short',
    'new_destinations',
    { attempts: [attempt(700, { ip: '203.0.113.5' })], earlier: times(20, index => attempt(index)), earlier_s: 599 },
    [],
  ],
])('%s (%s)', (_name, id, input, expected) => {
  expect(find(id, input)).toEqual(expected);
});
