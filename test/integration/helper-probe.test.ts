import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findHelper, type HelperPlace } from '../../src-main/helper/find-helper';
import { COMMAND, createFrameReader, encodeFrame, MODE, PROTOCOL, REPLY } from '../../src-main/helper/frames';
import { encodeCommand, PROBE_COMMAND_BYTES, type Probe, type ProbeOptions, probePath } from '../../src-main/helper/probe';
import { CAN_MAKE_NETWORKS, printed, WHY_SKIPPED } from '../support/network';
import { makePath, NARROW_MTU, type PathLab } from '../support/path-lab';
import { makeWorkload, type Workload } from '../support/workload';
import { BUILT_HELPER } from './helper-lab';

const OPEN_PORT = 7_001;
const CLOSED_PORT = 7_002;
const EMSGSIZE = 90;
const ENETUNREACH = 101;
const FAMILIES = [4, 6] as const;

describe.skipIf(!CAN_MAKE_NETWORKS)(`path probes by the helper (${WHY_SKIPPED})`, () => {
  let lab: PathLab;
  let workload: Workload;
  let folder: string;
  let place: HelperPlace;

  beforeAll(async () => {
    [lab, workload] = await Promise.all([makePath(), makeWorkload()]);
    await vi.waitFor(async () => expect(await lab.isUp()).toBe(true), { timeout: 10_000 });
    await printed(lab.serve([workload.named('server'), 'tcp-serve', String(OPEN_PORT)]), /ready/);
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-probe-'));
    const inSender = path.join(folder, 'helper');
    writeFileSync(inSender, `#!/bin/sh\nexec nsenter --net=/run/netns/${lab.hosts[0]} ${BUILT_HELPER}\n`);
    chmodSync(inSender, 0o755);
    place = findHelper({ built: inSender });
  });
  afterAll(async () => {
    await lab.remove();
    workload.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  type Wanted = Partial<ProbeOptions> & Pick<ProbeOptions, 'protocol' | 'address'>;
  const probe = (wanted: Wanted): Promise<Probe[]> =>
    probePath(place, { first_ttl: 30, last_ttl: 30, timeout_ms: 2_000, ...wanted });
  const one = async (wanted: Wanted): Promise<Probe> => {
    const probes = await probe(wanted);
    expect(probes).toHaveLength(1);
    return probes[0] as Probe; // it is one
  };
  const addRoute = (host: number, ...route: string[]): void =>
    void execFileSync('ip', ['-n', lab.hosts[host] ?? '', 'route', 'add', ...route]);

  test.each(
    FAMILIES.flatMap(family => [
      { family, protocol: 'icmp' as const, port: 0, last: 'reply' },
      { family, protocol: 'udp' as const, port: CLOSED_PORT, last: 'unreachable' },
      { family, protocol: 'tcp' as const, port: OPEN_PORT, last: 'open' },
      { family, protocol: 'tcp' as const, port: CLOSED_PORT, last: 'refused' },
    ]),
  )(
    'IPv$family, $protocol: every hop answers under its own address, the target with "$last"',
    async ({ family, protocol, port, last }) => {
      const probes = await probe({ protocol, port, address: lab.target(family), first_ttl: 1, last_ttl: 6, count: 2 });
      const hops = [1, 2, 3, 4, 5, 6];
      expect(probes.map(({ ttl }) => ttl)).toEqual([...hops, ...hops]);
      for (const { ttl, outcome, address, rtt_ns, icmp } of probes) {
        expect({ ttl, outcome, address }).toEqual({
          ttl,
          outcome: ttl < 4 ? 'time_exceeded' : last,
          address: ttl < 4 ? lab.hop(ttl, family) : lab.target(family),
        });
        expect(rtt_ns).toBeGreaterThan(0);
        expect(rtt_ns).toBeLessThan(1e9);
        if (last === 'unreachable' && ttl >= 4) expect(icmp).toEqual(family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 });
      }
    },
  );

  test.each(FAMILIES)('IPv%i: a packet too big for a link in the middle comes back with the MTU of that link', async family => {
    for (const [protocol, port] of [
      ['icmp', 0],
      ['udp', CLOSED_PORT],
    ] as const) {
      const sized = (size: number): Promise<Probe> =>
        one({ protocol, port, address: lab.target(family), size, dont_fragment: true });
      expect(await sized(NARROW_MTU + 1)).toMatchObject({ outcome: 'too_big', address: lab.hop(2, family), mtu: NARROW_MTU });
      expect(await sized(NARROW_MTU)).toMatchObject({ outcome: protocol === 'icmp' ? 'reply' : 'unreachable' });
      // What was learnt of the path does not keep the next packet from leaving.
      expect(await sized(NARROW_MTU + 1)).toMatchObject({ outcome: 'too_big', address: lab.hop(2, family) });
      expect(await sized(1_501)).toMatchObject({ outcome: 'not_sent', errno: EMSGSIZE, mtu: 1_500, address: null });
    }
  });

  test('without the bit the same packet arrives in pieces', async () => {
    expect(await one({ protocol: 'icmp', address: lab.target(), size: 4_000 })).toMatchObject({
      outcome: 'reply',
      address: lab.target(),
    });
  });

  test('where packets vanish the probes time out, and nobody is named', async () => {
    addRoute(2, 'blackhole', '10.78.0.0/24');
    addRoute(0, '10.78.0.0/24', 'via', lab.hop(1));
    addRoute(1, '10.78.0.0/24', 'via', lab.hop(2));
    for (const protocol of ['icmp', 'udp', 'tcp'] as const) {
      const port = protocol === 'icmp' ? 0 : CLOSED_PORT;
      const [first, ...rest] = await probe({ protocol, port, address: '10.78.0.1', first_ttl: 1, last_ttl: 3, timeout_ms: 300 });
      expect(first).toMatchObject({ outcome: 'time_exceeded', address: lab.hop(1) });
      for (const late of rest) expect(late).toMatchObject({ outcome: 'timeout', address: null, rtt_ns: null, icmp: null });
    }
  });

  test.each([
    ['unreachable', '10.79.0.0/24', '10.79.0.1', 1],
    ['prohibit', '10.80.0.0/24', '10.80.0.1', 13],
  ])('a router that refuses is named with its reason: %s', async (route, range, address, code) => {
    addRoute(1, route, range);
    addRoute(0, range, 'via', lab.hop(1));
    for (const protocol of ['icmp', 'udp', 'tcp'] as const) {
      const port = protocol === 'icmp' ? 0 : OPEN_PORT;
      expect(await one({ protocol, port, address })).toMatchObject({
        outcome: 'unreachable',
        address: lab.hop(1),
        icmp: { type: 3, code },
      });
    }
  });

  test('without a route nothing is sent, and each probe says so', async () => {
    for (const protocol of ['icmp', 'udp', 'tcp'] as const) {
      const port = protocol === 'icmp' ? 0 : OPEN_PORT;
      const probes = await probe({ protocol, port, address: '203.0.113.1', first_ttl: 1, last_ttl: 2 });
      expect(probes.map(({ outcome, errno }) => [outcome, errno])).toEqual([
        ['not_sent', ENETUNREACH],
        ['not_sent', ENETUNREACH],
      ]);
    }
  });

  test.each([
    { protocol: 'icmp', port: 0, last: 'reply' },
    { protocol: 'udp', port: CLOSED_PORT, last: 'unreachable' },
    { protocol: 'tcp', port: OPEN_PORT, last: 'open' },
  ] as const)('192 probes by $protocol are answered one by one, 64 at a time', async ({ protocol, port, last }) => {
    const probes = await probe({ protocol, port, address: lab.target(), first_ttl: 1, last_ttl: 4, count: 48 });
    expect(probes.map(({ number }) => number)).toEqual(Array.from({ length: 192 }, (_, number) => number));
    expect(probes.filter(({ outcome }) => outcome === 'time_exceeded')).toHaveLength(144);
    expect(probes.filter(({ outcome }) => outcome === last)).toHaveLength(48);
  });

  test.each(FAMILIES)('IPv%i: the smallest packets are headers alone, and are answered', async family => {
    const size = family === 4 ? 28 : 48;
    const address = lab.target(family);
    expect(await one({ protocol: 'icmp', address, size })).toMatchObject({ outcome: 'reply' });
    expect(await one({ protocol: 'udp', port: CLOSED_PORT, address, size })).toMatchObject({ outcome: 'unreachable' });
  });

  test('the echo of another program to the same target is not taken for an answer', async () => {
    // Its replies and errors come to every raw socket of that target; ours waits for a router that says nothing.
    const others = probe({ protocol: 'icmp', address: '10.78.0.1', first_ttl: 1, last_ttl: 1, count: 20, interval_ms: 20 });
    const ours = await probe({ protocol: 'icmp', address: '10.78.0.1', first_ttl: 2, last_ttl: 2, count: 3, timeout_ms: 400 });
    expect(ours.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout', 'timeout']);
    expect((await others).every(({ outcome }) => outcome === 'time_exceeded')).toBe(true);
  });

  test('a cancelled call ends the helper at once', async () => {
    const cancel = new AbortController();
    const seen: Probe[] = [];
    const running = probe({
      protocol: 'icmp',
      address: '10.78.0.1',
      first_ttl: 1,
      last_ttl: 2,
      timeout_ms: 9_000,
      signal: cancel.signal,
      onProbe(found) {
        seen.push(found);
        cancel.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(seen).toHaveLength(1);
  });

  test.each([
    ['TTL 31', { last_ttl: 31 }, /TTL/],
    ['TTL 0', { first_ttl: 0, last_ttl: 1 }, /TTL/],
    ['a packet of 9,001 bytes', { size: 9_001 }, /size/],
    ['a packet smaller than its headers', { size: 27 }, /size/],
    ['too many probes', { first_ttl: 1, last_ttl: 30, count: 7 }, /192/],
    ['no probe at all', { count: 0 }, /192/],
    ['a wait of more than 10 s', { timeout_ms: 10_001 }, /10 seconds/],
    ['pauses of more than 10 s', { count: 100, interval_ms: 100, timeout_ms: 100 }, /10 seconds/],
    ['ICMP with a port', { port: 80 }, /port/],
    ['TCP without one', { protocol: 'tcp', size: 0 }, /port/],
    ['TCP with a size', { protocol: 'tcp', port: 80, size: 60 }, /size/],
    ['a multicast address', { address: '224.0.0.1' }, /one host/],
    ['an IPv6 multicast address', { address: 'ff02::1' }, /one host/],
    ['the broadcast address', { address: '255.255.255.255' }, /one host/],
    ['no address', { address: '0.0.0.0' }, /one host/],
  ] satisfies [string, Partial<ProbeOptions>, RegExp][])('%s is refused before anything is sent', async (_what, wrong, why) => {
    await expect(probe({ protocol: 'icmp', address: lab.target(), ...wrong })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(why) as unknown,
    });
  });

  test('row 44: random commands and random changes of a good one end in an error or an end, never in a signal', async () => {
    const hello = Buffer.alloc(4);
    hello.writeUInt16LE(PROTOCOL, 0);
    hello.writeUInt16LE(MODE.attach, 2);
    const { command: good } = encodeCommand({
      protocol: 'udp',
      port: 9,
      address: lab.target(),
      first_ttl: 1,
      last_ttl: 2,
      timeout_ms: 50,
    });
    const changed = (): Buffer => {
      const bytes = Buffer.from(good);
      // Not the address and the time: nobody else is to get packets, and the test is to end.
      const [where = 0, what = 0] = randomBytes(2);
      bytes[where % 10] = what;
      return bytes;
    };
    const commands = Array.from({ length: 40 }, (_, round) =>
      round % 2 ? changed() : randomBytes(round === 0 ? 0 : round === 2 ? 65_000 : round < 20 ? PROBE_COMMAND_BYTES - 1 : 37),
    );
    for (const command of commands) {
      const child = spawn('nsenter', [`--net=/run/netns/${lab.hosts[0]}`, BUILT_HELPER], { stdio: ['pipe', 'pipe', 'inherit'] });
      const types: number[] = [];
      child.stdout.on(
        'data',
        createFrameReader(({ type }) => types.push(type)),
      );
      child.stdin.on('error', () => {}); // it may have ended before
      child.stdin.write(Buffer.concat([encodeFrame(COMMAND.hello, 1, hello), encodeFrame(COMMAND.probe, 2, command)]));
      const [, signal] = (await once(child, 'close')) as [number | null, string | null];
      expect(signal).toBeNull();
      expect([REPLY.error, REPLY.end]).toContain(types.at(-1));
    }
  });
});
