import { parseRange } from '../address';
import { EVENT_KINDS } from '../model/event-kinds';
import { TCP_STATES } from '../model/tcp-states';
import { type Text, text } from '../text/index';
import { contains, equals, type FilterRow, inAnyRange, isLocalRow, matchesPattern, type RowTest } from './row-tests';
import type { Operator } from './scan';

export type { FilterRow, RowTest };

type Made = { ok: true; test: RowTest } | { ok: false; message: Text };

export interface Field {
  /** Canonical name. */
  name: string;
  kind: 'text' | 'address' | 'number' | 'choice';
  /** What has this field; left out: sockets and kernel events both. */
  only?: 'sockets' | 'events';
  /** What suggestions offer where the values are few. */
  choices?: readonly string[];
  /** The texts or numbers of a row, for suggestions. */
  read(row: FilterRow): readonly (string | number | null | undefined)[];
  compile(operator: Operator, values: readonly string[]): Made;
}

const bad = (field: string, value: string, expected: string): Made => ({
  ok: false,
  message: text('filter.bad_value', { field, value, expected }),
});
const wrongOperator = (field: string, operator: Operator): Made => ({
  ok: false,
  message: text('filter.bad_operator', { field, operator }),
});

/** States in netstat's spelling, and what else they are called. */
const STATE_ALIASES = new Map([
  ['LISTENING', 'LISTEN'],
  ['ESTAB', 'ESTABLISHED'],
  ['SYN_RECEIVED', 'SYN_RECV'],
  ['FIN_WAIT_1', 'FIN_WAIT1'],
  ['FIN_WAIT_2', 'FIN_WAIT2'],
  ['CLOSED', 'CLOSE'],
  ['CLOSEWAIT', 'CLOSE_WAIT'],
  ['TIMEWAIT', 'TIME_WAIT'],
  ['LASTACK', 'LAST_ACK'],
  ['NONE', '-'],
]);
const STATES = new Set<string>([...TCP_STATES, '-']);

/** netstat's spelling of a state, whatever its case and dashes; null when there is no such state. */
export function canonicalState(value: string): string | null {
  if (value === '-') return value;
  const upper = value.toUpperCase().replaceAll('-', '_');
  const state = STATE_ALIASES.get(upper) ?? upper;
  return STATES.has(state) ? state : null;
}

function textField(name: string, read: (row: FilterRow) => string | null, loose: boolean): Field {
  const over = (test: (value: string) => boolean): Made => ({
    ok: true,
    test: row => {
      const value = read(row);
      return value !== null && test(value);
    },
  });
  return {
    name,
    kind: 'text',
    read: row => [read(row)],
    compile(operator, values) {
      if (operator === '~') return patternOver(name, values, over);
      if (operator === ':') return over((loose ? contains : equals)(values));
      if (operator === '=') return over(equals(values));
      return wrongOperator(name, operator);
    },
  };
}

function patternOver(field: string, [pattern = '']: readonly string[], over: (test: (value: string) => boolean) => Made): Made {
  const test = matchesPattern(pattern);
  return test ? over(test) : { ok: false, message: text('filter.bad_pattern', { field, pattern }) };
}

/** Addresses: an IP, a CIDR range, `localhost`, or part of the text. */
function addressField(name: string, read: (row: FilterRow) => readonly string[]): Field {
  const over = (test: (value: string) => boolean): Made => ({ ok: true, test: row => read(row).some(test) });
  return {
    name,
    kind: 'address',
    read,
    compile(operator, values) {
      if (operator === '~') return patternOver(name, values, over);
      if (operator !== ':' && operator !== '=') return wrongOperator(name, operator);
      const ranges = values
        .flatMap(value => (value.toLowerCase() === 'localhost' ? ['127.0.0.0/8', '::1'] : [value]))
        .map(value => parseRange(value));
      const broken = values.find((value, index) => value.includes('/') && !ranges[index]);
      if (broken !== undefined) return bad(name, broken, '10.0.0.0/8, 2001:db8::/32');
      const inside = inAnyRange(ranges.filter(range => range !== null));
      const parts = values.filter(value => !parseRange(value) && value.toLowerCase() !== 'localhost');
      const part = contains(parts);
      return over(value => inside(value) || (parts.length > 0 && part(value)));
    },
  };
}

const SUFFIXES = new Map([
  ['k', 1e3],
  ['m', 1e6],
  ['g', 1e9],
]);

/** A number with an optional k, M or G (1000-based); NaN when it is none. */
function readNumber(value: string): number {
  const parts = /^([0-9]+(?:\.[0-9]+)?)([kmg])?$/i.exec(value);
  return parts ? Number(parts[1]) * (SUFFIXES.get(parts[2]?.toLowerCase() ?? '') ?? 1) : Number.NaN;
}

interface NumberOptions {
  /** What can be written after the colon, for messages. */
  example: string;
  /** Larger numbers are a mistake, not a filter without rows. */
  max?: number;
}

function numberField(
  name: string,
  read: (row: FilterRow) => readonly (number | null | undefined)[],
  { example, max = Number.POSITIVE_INFINITY }: NumberOptions,
): Field {
  const over = (test: (value: number) => boolean): Made => ({
    ok: true,
    test: row => {
      for (const value of read(row)) if (value !== null && value !== undefined && test(value)) return true;
      return false;
    },
  });
  return {
    name,
    kind: 'number',
    read,
    compile(operator, values) {
      if (operator === '~') return patternOver(name, values, test => over(value => test(String(value))));
      if (operator === ':' || operator === '=') {
        const ranges = values.map(value =>
          (/^[0-9.]+[kmg]?-[0-9.]+[kmg]?$/i.test(value) ? value.split('-') : [value, value]).map(readNumber),
        );
        const wrong = ranges.findIndex(range => range.some(value => Number.isNaN(value) || value > max));
        const given = values[wrong] ?? '';
        // `rx:>1M` is meant as `rx>1M`.
        if (wrong >= 0) return bad(name, given, /^[<>]/.test(given) ? `${name}${given}` : example);
        return over(value => ranges.some(([from = Number.NaN, to = Number.NaN]) => value >= from && value <= to));
      }
      const limit = readNumber(values[0] ?? '');
      if (values.length !== 1 || Number.isNaN(limit)) return bad(name, values.join(','), max < 1e6 ? example : '100, 2.5k, 10M');
      if (operator === '>') return over(value => value > limit);
      if (operator === '>=') return over(value => value >= limit);
      return operator === '<' ? over(value => value < limit) : over(value => value <= limit);
    },
  };
}

const state: Field = {
  name: 'state',
  only: 'sockets',
  kind: 'choice',
  choices: [...TCP_STATES].map(each => each.toLowerCase()),
  read: row => [row.state],
  compile(operator, values) {
    if (operator === '~') return patternOver('state', values, test => ({ ok: true, test: row => test(row.state) }));
    if (operator !== ':' && operator !== '=') return wrongOperator('state', operator);
    const states = values.map(canonicalState);
    const unknown = states.indexOf(null);
    if (unknown >= 0) return bad('state', values[unknown] ?? '', TCP_STATES.join(', '));
    const wanted = new Set(states);
    return { ok: true, test: row => wanted.has(row.state) };
  },
};

const PROTOCOL_SETS = new Map([
  ['unix', ['UNIX']],
  ['icmp', ['ICMP', 'ICMPv6']],
  ['arp', ['ARP']],
  ['tcp', ['TCP', 'TCP6']],
  ['udp', ['UDP', 'UDP6']],
  ['tcp4', ['TCP']],
  ['udp4', ['UDP']],
  ['tcp6', ['TCP6']],
  ['udp6', ['UDP6']],
  ['ipv4', ['TCP', 'UDP']],
  ['ipv6', ['TCP6', 'UDP6']],
]);

const proto: Field = {
  name: 'proto',
  kind: 'choice',
  choices: ['tcp', 'udp', 'tcp6', 'udp6', 'ipv4', 'ipv6'],
  read: row => [row.protocol],
  compile(operator, values) {
    if (operator !== ':' && operator !== '=') return wrongOperator('proto', operator);
    const sets = values.map(value => PROTOCOL_SETS.get(value.toLowerCase()));
    const unknown = sets.indexOf(undefined);
    if (unknown >= 0) return bad('proto', values[unknown] ?? '', [...PROTOCOL_SETS.keys()].join(', '));
    const wanted = new Set<string>(sets.flatMap(set => set ?? []));
    return { ok: true, test: row => wanted.has(row.protocol) };
  },
};

/** `is:local`, the same as the flag. */
const is: Field = {
  name: 'is',
  kind: 'choice',
  choices: ['local', 'listening'],
  read: () => [],
  compile(operator, values) {
    if (operator !== ':') return wrongOperator('is', operator);
    const tests = values.map(value => (value === 'local' ? isLocalRow : value === 'listening' ? isListening : null));
    const unknown = tests.indexOf(null);
    if (unknown >= 0) return bad('is', values[unknown] ?? '', 'local, listening');
    return { ok: true, test: row => tests.some(test => test?.(row)) };
  },
};

/** A TCP listener, or a UDP socket that is bound and talks to nobody in particular. */
const isListening: RowTest = row => row.state === 'LISTEN' || (row.protocol.startsWith('UDP') && row.foreign_port === null);

/** A field of few words that only events have; `also` says what else they are called, for several at once. */
function choiceField(
  name: string,
  choices: readonly string[],
  read: (row: FilterRow) => string | null | undefined,
  also: ReadonlyMap<string, readonly string[]> = new Map(),
): Field {
  const over = (test: (value: string) => boolean): Made => ({
    ok: true,
    test: row => {
      const value = read(row);
      return typeof value === 'string' && test(value);
    },
  });
  return {
    name,
    kind: 'choice',
    choices,
    read: row => [read(row)],
    compile(operator, values) {
      if (operator === '~') return patternOver(name, values, over);
      if (operator !== ':' && operator !== '=') return wrongOperator(name, operator);
      return over(equals(values.flatMap(value => also.get(value.toLowerCase()) ?? [value, value.replaceAll('-', '_')])));
    },
  };
}

/** What people call an errno. */
const RESULT_WORDS = new Map<string, readonly string[]>([
  ['refused', ['ECONNREFUSED']],
  ['timeout', ['ETIMEDOUT']],
  ['unreachable', ['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN']],
  ['reset', ['ECONNRESET']],
  ['in-progress', ['in progress']],
  ['not-sent', ['not sent']],
]);

const PORTS: NumberOptions = { example: '443, 8000-9000', max: 65_535 };
const program = textField('process', row => row.program, true);
const port = numberField('port', row => [row.local_port, row.foreign_port], PORTS);
const lport = numberField('lport', row => [row.local_port], PORTS);
const rport = numberField('rport', row => [row.foreign_port], PORTS);
const host = addressField('host', row => [row.local_ip, row.foreign_ip]);
const remote = addressField('remote', row => [row.foreign_ip]);

/** What only kernel events have. */
const EVENT_FIELDS: readonly Field[] = [
  choiceField('kind', EVENT_KINDS, row => row.kind),
  choiceField('result', ['ok', 'refused', 'timeout', 'unreachable', 'in-progress', 'sent'], row => row.result, RESULT_WORDS),
  choiceField('reason', [], row => row.reason),
  choiceField('direction', ['outbound', 'inbound'], row => row.direction),
  textField('interface', row => row.interface ?? null, false),
  textField('location', row => row.location ?? null, true),
  numberField('latency', row => [row.latency_ms], { example: 'latency>100' }),
  numberField('duration', row => [row.duration_ms], { example: 'duration>1k' }),
  numberField('sent', row => [row.bytes_sent], { example: 'sent>1M' }),
  numberField('received', row => [row.bytes_received], { example: 'received>1M' }),
  numberField('length', row => [row.length], { example: 'length>1400' }),
].map(field => ({ ...field, only: 'events' as const }));

/** Fields by every name they may be called. */
export const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['state', state],
  ['proto', proto],
  ['protocol', proto],
  ['port', port],
  ['lport', lport],
  ['local_port', lport],
  ['rport', rport],
  ['remote_port', rport],
  ['process', program],
  ['program', program],
  ['name', program],
  ['pid', numberField('pid', row => [row.pid], { example: '1234' })],
  ['user', textField('user', row => row.user, false)],
  ['container', textField('container', row => row.container, true)],
  ['host', host],
  ['ip', host],
  ['remote', remote],
  ['remote_ip', remote],
  ['local', addressField('local', row => [row.local_ip])],
  ['netns', numberField('netns', row => [row.netns], { example: '4026531840' })],
  ['rtt', numberField('rtt', row => [row.rtt_ms], { example: 'rtt>100, rtt<2.5' })],
  ['age', { ...numberField('age', row => [row.age_s], { example: 'age<60, age>3600' }), only: 'sockets' }],
  ['retransmits', numberField('retransmits', row => [row.retransmits], { example: 'retransmits>0' })],
  ['recvq', { ...numberField('recvq', row => [row.recv_queue], { example: 'recvq>0, 100-200' }), only: 'sockets' }],
  ['sendq', { ...numberField('sendq', row => [row.send_queue], { example: 'sendq>0, 100-200' }), only: 'sockets' }],
  ['rx', { ...numberField('rx', row => [row.rx_rate_bps], { example: 'rx>1M, rx:100k-200k' }), only: 'sockets' }],
  ['tx', { ...numberField('tx', row => [row.tx_rate_bps], { example: 'tx>1M, tx:100k-200k' }), only: 'sockets' }],
  ['is', is],
  ...EVENT_FIELDS.map((field): [string, Field] => [field.name, field]),
]);
