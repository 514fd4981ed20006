import { RE2JS } from 're2js';
import { type AddressRange, inRange, parseAddress, scopeOf } from '../address';
import type { Connection, LiveConnection } from '../model/connection';
import type { EventFields } from './event-row';

/** A row of the table; rates only stand in live ones, the fields of events only in events. */
export type FilterRow = Connection & Partial<Pick<LiveConnection, 'rx_rate_bps' | 'tx_rate_bps'> & EventFields>;
export type RowTest = (row: FilterRow) => boolean;

/** Values kept for one term: names and addresses repeat from row to row and from second to second. */
const REMEMBERED = 20_000;

/** Remembers the answer for each distinct value, so that 10,000 rows cost a few hundred tests. */
function remember(test: (value: string) => boolean): (value: string) => boolean {
  const answers = new Map<string, boolean>();
  return value => {
    const known = answers.get(value);
    if (known !== undefined) return known;
    if (answers.size >= REMEMBERED) answers.clear();
    const answer = test(value);
    answers.set(value, answer);
    return answer;
  };
}

export function contains(values: readonly string[]): (value: string) => boolean {
  const wanted = values.map(value => value.toLowerCase());
  return remember(value => {
    const lower = value.toLowerCase();
    return wanted.some(each => lower.includes(each));
  });
}

export function equals(values: readonly string[]): (value: string) => boolean {
  const wanted = new Set(values.map(value => value.toLowerCase()));
  return remember(value => wanted.has(value.toLowerCase()));
}

/** A regular expression in linear time (RE2): no pattern of a caller can hold the engine up. null when it is none. */
export function matchesPattern(pattern: string): ((value: string) => boolean) | null {
  try {
    const expression = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return remember(value => expression.matcher(value).find());
  } catch {
    return null;
  }
}

export function inAnyRange(ranges: readonly AddressRange[]): (address: string) => boolean {
  return remember(address => {
    const bytes = parseAddress(address);
    return bytes !== null && ranges.some(range => inRange(bytes, range));
  });
}

const isLoopback = remember(address => scopeOf(address) === 'loopback');

/** Traffic that stays on this machine: a loopback end, or the same address at both ends (a listener has none). */
export const isLocalRow = (row: Pick<Connection, 'local_ip' | 'foreign_ip' | 'foreign_port'>): boolean =>
  isLoopback(row.local_ip) || isLoopback(row.foreign_ip) || (row.foreign_port !== null && row.local_ip === row.foreign_ip);

/** Any of the texts in any column a person sees; `address:port` works too. */
export function freeText(values: readonly string[]): RowTest {
  const has = contains(values);
  const ports = values.filter(value => /^[0-9]{1,7}$/.test(value));
  const ends = values.filter(value => /[:.].*:[0-9]{1,5}$/.test(value)).map(value => value.toLowerCase());
  return row =>
    has(row.program) ||
    has(row.foreign_ip) ||
    has(row.local_ip) ||
    has(row.state) ||
    has(row.protocol) ||
    (row.user !== null && has(row.user)) ||
    (row.container !== null && has(row.container)) ||
    (typeof row.reason === 'string' && has(row.reason)) ||
    (typeof row.result === 'string' && has(row.result)) ||
    (typeof row.kind === 'string' && has(row.kind)) ||
    ports.some(port => port === String(row.local_port) || port === String(row.foreign_port) || port === String(row.pid)) ||
    (ends.length > 0 &&
      (ends.some(end => isEnd(end, row.local_ip, row.local_port)) ||
        ends.some(end => isEnd(end, row.foreign_ip, row.foreign_port))));
}

function isEnd(text: string, ip: string, port: number | null): boolean {
  return port !== null && (text === `${ip}:${port}` || text === `[${ip}]:${port}`);
}
