import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { networkMonitor } from '../../src-main/engine/tools/network-monitor';
import { findHelper } from '../../src-main/helper/find-helper';
import { countPackets, type RateMethod } from '../../src-main/helper/packet-rate';
import type { PacketRate } from '../../src-shared/model/packet-rate';
import { CAN_MAKE_NETWORKS, makeCable, printed, type TestCable, WHY_SKIPPED } from '../support/network';
import { makeWorkload, type Workload } from '../support/workload';
import { ip, type Lab, openLab } from './engine-lab';
import { BUILT_HELPER, openHelper } from './helper-lab';

const run = promisify(execFile);

/** Datagrams of 100 bytes: one packet each, whatever the cable offers to merge. */
const SIZE = 100;

describe.skipIf(!CAN_MAKE_NETWORKS)(`packet rates (${WHY_SKIPPED})`, () => {
  let lab: Lab;
  let workload: Workload;
  let sender: string;
  let cable: TestCable;

  beforeAll(async () => {
    workload = await makeWorkload();
    sender = workload.named('ratesender');
    lab = openLab({ helper: await openHelper() });
  });
  afterAll(async () => {
    await lab.engine.stop();
    workload.remove();
  });
  // Quiet: no IPv6, no neighbour discovery of its own; the neighbours are told, so no ARP passes either.
  beforeEach(async () => {
    cable = await makeCable({ quiet: true });
    const far = ip('-n', cable.namespace, '-br', 'link', 'show', 'dev', 'far0').split(/\s+/)[2] ?? '';
    const near = ip('-br', 'link', 'show', 'dev', cable.iface).split(/\s+/)[2] ?? '';
    ip('address', 'add', `${cable.address}/24`, 'dev', cable.iface);
    ip('-n', cable.namespace, 'address', 'add', `${cable.farAddress}/24`, 'dev', 'far0');
    ip('neighbour', 'replace', cable.farAddress, 'lladdr', far, 'dev', cable.iface);
    ip('-n', cable.namespace, 'neighbour', 'replace', cable.address, 'lladdr', near, 'dev', 'far0');
  });
  afterEach(() => cable.remove());

  /** Sends so many datagrams over the cable, from here or from the far end. */
  async function send(packets: number, from: 'here' | 'there'): Promise<void> {
    const argv = (to: string): string[] => ['udp-send', to, '9', String(packets * SIZE), String(SIZE)];
    if (from === 'here') await run(sender, argv(cable.farAddress));
    else await printed(cable.start([sender, ...argv(cable.address)]), /sent/);
  }

  async function monitor(network_operation: PacketRate['direction'], packets: number): Promise<PacketRate> {
    let sending: Promise<void> | undefined;
    const reply = await lab.call(
      'network-monitor',
      { network_operation, interface: cable.iface, duration: 3 },
      { onProgress: () => void (sending ??= send(packets, network_operation === 'incoming' ? 'there' : 'here')) },
    );
    await sending;
    expect(reply).toMatchObject({ success: true });
    return reply.data as unknown as PacketRate; // the tool's schema has checked it
  }

  /** The far end answers each datagram to a closed port with at most six ICMP messages; outgoing counts hold none of them. */
  test('incoming packets are counted by XDP, to the packet', async () => {
    const counted = await monitor('incoming', 4_321);
    expect(counted).toMatchObject({ method: 'xdp', packets: 4_321, bytes: 4_321 * (SIZE + 42) });
    expect(counted.packets_per_second).toBeCloseTo(4_321 / counted.seconds, 6);
  });

  test('outgoing packets are counted by tc, to the packet', async () => {
    const counted = await monitor('outgoing', 1_234);
    expect(counted).toMatchObject({ method: 'tc', packets: 1_234, bytes: 1_234 * (SIZE + 42) });
  });

  test.each([
    ['xdp', 'incoming'],
    ['tc', 'incoming'],
    ['tc', 'outgoing'],
    ['cgroup', 'outgoing'],
  ] as [RateMethod, PacketRate['direction']][])('%s counts %s packets', async (method, direction) => {
    const ifindex = Number(ip('-o', 'link', 'show', 'dev', cable.iface).split(':')[0]);
    // What passes before the first sample is in none.
    let begin = (): void => {};
    const begun = new Promise<void>(resolve => (begin = resolve));
    const count = await countPackets(findHelper({ built: BUILT_HELPER }), {
      ifindex,
      direction,
      method,
      until: () => begun.then(() => send(777, direction === 'incoming' ? 'there' : 'here')),
      onSample: begin,
    });
    expect({ method: count.method, packets: count.last.packets - count.first.packets }).toEqual({ method, packets: 777 });
  });

  test('nothing stays attached after a count, nor after one that was cancelled', async () => {
    const attached = async (): Promise<string> => (await run('bpftool', ['net', 'show', 'dev', cable.iface])).stdout;
    const before = await attached();
    await monitor('incoming', 10);
    expect(await attached()).toBe(before);
    const cancel = new AbortController();
    const reply = await lab.call(
      'network-monitor',
      { network_operation: 'outgoing', interface: cable.iface, duration: 50 },
      { signal: cancel.signal, onProgress: () => cancel.abort() },
    );
    expect(reply).toMatchObject({ success: false, error: { code: 'cancelled' } });
    expect(await attached()).toBe(before);
  });

  test('without a helper the counters of the interface answer, and say why', async () => {
    const plain = openLab();
    const reply = await plain.call('network-monitor', { operation: 'incoming', interface: cable.iface, duration: 1 });
    await plain.engine.stop();
    expect(reply).toMatchObject({
      success: true,
      data: { method: 'counters', packets: 0, packets_per_second: 0, source: { degraded: true, backend: 'counters' } },
    });
  });

  test.each([['both'], ['incoming;id'], ['']])('the operation %j is refused', async network_operation => {
    expect(await lab.call('network-monitor', { network_operation })).toMatchObject({
      success: false,
      error: { code: 'invalid_argument' },
    });
  });

  test('the text form is the rate alone', () => {
    expect(networkMonitor.textForm?.({ packets_per_second: 12.4 })).toBe('12.40');
  });
});
