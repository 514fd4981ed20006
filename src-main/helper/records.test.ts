import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../test/support/c-layout';
import {
  EVENT,
  EVENT_BYTES,
  EVENT_KINDS,
  FLOW_BYTES,
  PROCESS_BYTES,
  readAddress,
  readName,
  readU64,
  SOCKET,
  SOCKET_BYTES,
} from './records';

const header = readFileSync(path.resolve(import.meta.dirname, '../../resources/bpf/records.h'), 'utf8');
test('the fields of an event lie where records.h has them', () => {
  const { offsets, bytes } = layoutOf(header, 'event_record');
  expect(bytes).toBe(EVENT_BYTES);
  const { reserved: _reserved, ...named } = offsets;
  expect(EVENT).toEqual(named);
});

test('the fields of a socket lie where records.h has them', () => {
  const { offsets, bytes } = layoutOf(header, 'socket_record');
  expect(bytes).toBe(SOCKET_BYTES);
  expect(SOCKET).toEqual(offsets);
});

test.each([
  ['flow_record', FLOW_BYTES],
  ['process_record', PROCESS_BYTES],
])('a %s has the size of records.h', (name, bytes) => {
  expect(layoutOf(header, name).bytes).toBe(bytes);
});

test('the kinds of events have the numbers of records.h', () => {
  const kinds = [...header.matchAll(/\tEVENT_(\w+) = (\d+),/g)].map(([, name = '', number]) => [
    name.toLowerCase(),
    Number(number),
  ]);
  expect(kinds).toEqual(EVENT_KINDS.slice(1).map((name, index) => [name, index + 1]));
});

describe('addresses', () => {
  const ipv6 = (...groups: number[]): string => {
    const bytes = Buffer.alloc(16);
    groups.forEach((group, index) => {
      bytes.writeUInt16BE(group, index * 2);
    });
    return readAddress(bytes, 0, 10);
  };

  test.each([
    [ipv6(0, 0, 0, 0, 0, 0, 0, 0), '::'],
    [ipv6(0, 0, 0, 0, 0, 0, 0, 1), '::1'],
    [ipv6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), '2001:db8::1:0:0:1'],
    [ipv6(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), '2001:db8:0:1:1:1:1:1'],
    [ipv6(0xfe80, 0, 0, 0, 0, 0, 0, 0), 'fe80::'],
    [ipv6(0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201), '192.0.2.1'],
  ])('%s is written by RFC 5952', (written, wanted) => {
    expect(written).toBe(wanted);
  });

  test('one without a family is empty, never a guess', () => {
    expect(readAddress(Buffer.alloc(16), 0, 0)).toBe('');
  });
});

test('a name that fills its room has no end of its own, and control characters are dropped', () => {
  expect(readName(Buffer.from('0123456789abcdefXX'), 0)).toBe('0123456789abcdef');
  expect(readName(Buffer.from('a\u001b[2Jb\0rest'), 0)).toBe('a[2Jb');
});

test('a large counter is exact up to 2^53', () => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(Number.MAX_SAFE_INTEGER));
  expect(readU64(bytes, 0)).toBe(Number.MAX_SAFE_INTEGER);
});
