import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CaptureOptions, capturePackets } from '../../src-main/helper/capture';
import { findHelper } from '../../src-main/helper/find-helper';
import { CAN_MAKE_NETWORKS, makeCable, type TestCable, WHY_SKIPPED } from '../support/network';
import { makeWorkload, type Workload } from '../support/workload';
import { ip } from './engine-lab';
import { BUILT_HELPER } from './helper-lab';

const run = promisify(execFile);
const LINKTYPE_ETHERNET = 1;
/** A reader of 20,000 packets a second: any flood is faster. */
const READER_MS = 0.05;

describe.skipIf(!CAN_MAKE_NETWORKS)(`packets by the helper (${WHY_SKIPPED})`, () => {
  let workload: Workload;
  let cable: TestCable;
  beforeAll(async () => {
    workload = await makeWorkload();
  });
  afterAll(() => workload.remove());
  beforeEach(async () => {
    cable = await makeCable();
  });
  afterEach(() => cable.remove());

  const send = (packets: number, size: number): Promise<unknown> =>
    run(workload.named('sender'), ['udp-send', cable.farAddress, '9', String(packets * size), String(size)]);

  /** Captures on the cable while `until` runs. */
  async function capture(options: Partial<CaptureOptions> & Pick<CaptureOptions, 'until'>) {
    const packets: { length: number; bytes: Buffer; at_ns: bigint }[] = [];
    const stats = await capturePackets(findHelper({ built: BUILT_HELPER }), {
      ifindex: Number(ip('-o', 'link', 'show', 'dev', cable.iface).split(':')[0]),
      snaplen: 65_000,
      buffer_bytes: 4 * 1024 * 1024,
      promiscuous: false,
      filter: 'udp dst port 9',
      onPacket: ({ bytes, ...packet }) => packets.push({ ...packet, bytes: Buffer.from(bytes) }),
      ...options,
    });
    return { packets, stats };
  }

  test('every packet that passes the filter comes whole, in order, and is in the counters', async () => {
    let linkType = 0;
    const before = BigInt(Date.now()) * 1_000_000n;
    const { packets, stats } = await capture({
      async until({ link_type }) {
        linkType = link_type;
        await send(500, 100);
      },
    });
    expect(linkType).toBe(LINKTYPE_ETHERNET);
    expect(packets).toHaveLength(500);
    expect(stats).toEqual({ received: 500, dropped_by_kernel: 0, dropped_by_interface: 0 });
    for (const { length, bytes } of packets) {
      expect([length, bytes.length]).toEqual([142, 142]);
      expect(bytes.readUInt16BE(12)).toBe(0x0800);
      expect(bytes.readUInt16BE(36)).toBe(9);
    }
    const times = packets.map(({ at_ns }) => at_ns);
    expect(times.every((at, index) => at >= (times[index - 1] ?? before - 1_000_000_000n))).toBe(true);
  });

  test('the snap length cuts what is kept, not what is counted', async () => {
    const { packets } = await capture({ snaplen: 64, until: () => send(20, 1_000).then(() => {}) });
    expect(packets.map(({ length, bytes }) => [length, bytes.length])).toEqual(Array.from({ length: 20 }, () => [1_042, 64]));
  });

  test('a small ring that is overrun says how many it lost: none are missing from the sum', async () => {
    const { packets, stats } = await capture({ buffer_bytes: 65_536, until: () => send(20_000, 1_400).then(() => {}) });
    expect(stats.received).toBe(20_000);
    expect(packets.length + stats.dropped_by_kernel).toBe(20_000);
  });

  test('STOP ends a capture while packets come faster than they are read', async ({ onTestFinished }) => {
    const flood = spawn(workload.named('flood'), ['udp-send', cable.farAddress, '9', String(10 ** 13), '100'], {
      stdio: 'ignore',
    });
    onTestFinished(async () => {
      flood.kill('SIGKILL');
      await once(flood, 'close');
    });
    let seen = (): void => {};
    const first = new Promise<void>(resolve => (seen = resolve));
    const { stats } = await capture({
      snaplen: 64,
      until: () => first,
      onPacket() {
        seen();
        const enough = performance.now() + READER_MS;
        while (performance.now() < enough); // so that the ring is never empty
      },
    });
    expect(stats.received).toBeGreaterThan(0);
    expect(flood.exitCode).toBeNull(); // it goes on: nothing but STOP has ended the capture
  });

  test.each([
    ['udp and and', /syntax/],
    ['host example.com', /unknown host|resolve|name/i],
    ['-w /tmp/x', /syntax/],
    ['port 99999', /port/],
    ['port http', /port/],
  ])('the filter %j is refused in the words of libpcap', async (filter, why) => {
    await expect(capture({ filter, until: () => Promise.resolve() })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(why) as unknown,
    });
  });

  test('an interface that does not exist, and one that is removed meanwhile, end it with the reason', async () => {
    await expect(capture({ ifindex: 2 ** 31 - 1, until: () => Promise.resolve() })).rejects.toThrow(/no such interface/);
    const removed = capture({
      until: () => {
        ip('link', 'delete', 'dev', cable.iface);
        return new Promise(() => {}); // the helper has to end it
      },
    });
    await expect(removed).rejects.toThrow(/interface|device|down/i);
  });

  test.each([
    ['snaplen', { snaplen: 0 }],
    ['snaplen', { snaplen: 65_001 }],
    ['buffer', { buffer_bytes: 2 ** 31 }],
    ['filter', { filter: `${'x'.repeat(5_000)}` }],
  ])('a %s out of range is refused', async (_what, options) => {
    await expect(capture({ ...options, until: () => Promise.resolve() })).rejects.toMatchObject({ code: 'unsupported' });
  });
});
