import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { layoutOf } from '../../test/support/c-layout';
import {
  encodeCommand,
  PROBE_COMMAND,
  PROBE_COMMAND_BYTES,
  PROBE_OUTCOMES,
  PROBE_RECORD,
  PROBE_RECORD_BYTES,
  readProbe,
} from './probe';
import { AF_INET, AF_INET6 } from './records';

const header = readFileSync(path.resolve(import.meta.dirname, '../../resources/bpf/helper/frames.h'), 'utf8');

test.each([
  ['probe_command', PROBE_COMMAND, PROBE_COMMAND_BYTES],
  ['probe_record', PROBE_RECORD, PROBE_RECORD_BYTES],
])('the fields of a %s lie where frames.h has them', (name, offsets, bytes) => {
  expect(layoutOf(header, name)).toEqual({ offsets, bytes });
});

test('the outcomes have the numbers of frames.h', () => {
  const body = /enum probe_outcome \{([^}]*)\}/.exec(header)?.[1] ?? '';
  const declared = [...body.matchAll(/PROBE_(\w+) = (\d+)/g)].map(([, name = '', number]) => [
    name.toLowerCase(),
    Number(number),
  ]);
  expect(declared).toEqual(PROBE_OUTCOMES.map((name, number) => [name, number]));
});

test('a command holds numbers only; UDP and ICMP packets have a usual size, a SYN its own', () => {
  const common = { first_ttl: 2, last_ttl: 5, timeout_ms: 700 };
  const { command, family } = encodeCommand({ ...common, address: '2001:db8::7', protocol: 'udp', port: 33_434, scope_id: 3 });
  expect(family).toBe(AF_INET6);
  expect(command.toString('hex')).toBe(
    '0a1102050100' + '9a82' + '3c00' + 'bc02' + '0000' + '0000' + '03000000' + '20010db8000000000000000000000007',
  );
  const tcp = encodeCommand({ ...common, address: '192.0.2.9', protocol: 'tcp', port: 443, dont_fragment: true });
  expect(tcp.family).toBe(AF_INET);
  expect(tcp.command.readUInt16LE(PROBE_COMMAND.size)).toBe(0);
  expect(tcp.command[PROBE_COMMAND.dont_fragment]).toBe(1);
  expect(() => encodeCommand({ ...common, address: 'router.example', protocol: 'icmp' })).toThrow(/address/);
});

function record(fields: Partial<Record<keyof typeof PROBE_RECORD, number>>, address: readonly number[] = []): Buffer {
  const bytes = Buffer.alloc(PROBE_RECORD_BYTES);
  bytes.writeBigUInt64LE(BigInt(fields.at_ns ?? 0), PROBE_RECORD.at_ns);
  bytes.writeBigUInt64LE(BigInt(fields.rtt_ns ?? 0), PROBE_RECORD.rtt_ns);
  bytes.writeUInt32LE(fields.mtu ?? 0, PROBE_RECORD.mtu);
  bytes.writeUInt32LE(fields.error ?? 0, PROBE_RECORD.error);
  bytes.writeUInt16LE(fields.number ?? 0, PROBE_RECORD.number);
  for (const name of ['ttl', 'outcome', 'icmp_type', 'icmp_code'] as const)
    bytes.writeUInt8(fields[name] ?? 0, PROBE_RECORD[name]);
  Buffer.from(address).copy(bytes, PROBE_RECORD.address);
  return bytes;
}

test('what is not known is null: nobody answered, no ICMP, no time', () => {
  expect(readProbe(record({ number: 3, ttl: 7, at_ns: 1_000_000 }), AF_INET)).toEqual({
    number: 3,
    ttl: 7,
    outcome: 'timeout',
    at_ms: 1,
    rtt_ns: null,
    address: null,
    mtu: null,
    errno: null,
    icmp: null,
  });
});

test('an ICMP error tells who sent it, and the MTU that would pass', () => {
  const bytes = record({ outcome: 4, icmp_type: 3, icmp_code: 4, mtu: 1_300, error: 90, rtt_ns: 250_000 }, [10, 0, 2, 2]);
  expect(readProbe(bytes, AF_INET)).toMatchObject({
    outcome: 'too_big',
    address: '10.0.2.2',
    mtu: 1_300,
    errno: 90,
    icmp: { type: 3, code: 4 },
    rtt_ns: 250_000,
  });
});

test('an echo reply is no ICMP error', () => {
  expect(readProbe(record({ outcome: 1, icmp_type: 129 }, [0x20, 1, 0xd, 0xb8]), AF_INET6)).toMatchObject({
    outcome: 'reply',
    address: '2001:db8::',
    icmp: null,
  });
});

test.each([
  ['an outcome that there is not', record({ outcome: 99 })],
  ['half a record', record({}).subarray(0, 40)],
])('%s is an error, not a probe', (_what, bytes) => {
  expect(() => readProbe(bytes, AF_INET)).toThrow(/cannot be read/);
});
