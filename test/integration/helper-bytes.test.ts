import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eachRecord, PROCESS_BYTES, type ProcessRecord, readProcess } from '../../src-main/helper/records';
import type { Helper } from '../../src-main/helper/supervisor';
import type { InterfaceTraffic } from '../../src-shared/model/traffic';
import { CAN_MAKE_NETWORKS, makeCable, printed, type TestCable, WHY_SKIPPED } from '../support/network';
import { makeWorkload, type Workload } from '../support/workload';
import { type Lab, openLab } from './engine-lab';
import { openHelper } from './helper-lab';

const run = promisify(execFile);

describe.skipIf(!CAN_MAKE_NETWORKS)(`bytes by the helper (${WHY_SKIPPED})`, () => {
  let helper: Helper;
  let lab: Lab;
  let cable: TestCable;
  let workload: Workload;

  beforeAll(async () => {
    [helper, cable, workload] = await Promise.all([openHelper(), makeCable(), makeWorkload()]);
    lab = openLab({ helper });
    const tcp = cable.start([workload.named('sinktcp'), 'tcp-serve', '5001']);
    const udp = cable.start([workload.named('sinkudp'), 'udp-serve', '5002']);
    await Promise.all([printed(tcp, /ready/), printed(udp, /ready/)]);
  });
  afterAll(async () => {
    await lab.engine.stop();
    await cable.remove();
    workload.remove();
  });

  /** Measures the cable while `work` runs. */
  async function measure(work: () => Promise<unknown>): Promise<InterfaceTraffic> {
    let done: Promise<unknown> | undefined;
    const reply = await lab.call(
      'get_interface_traffic',
      { iface: cable.iface, sample_seconds: 5 },
      { onProgress: () => void (done ??= work()) },
    );
    await done;
    expect(reply).toMatchObject({ success: true });
    return reply.data as unknown as InterfaceTraffic; // the tool's schema has checked it
  }

  /** What the helper counted for the processes of a name, each by its own pid. */
  async function bytesOf(program: string): Promise<{ tx: number; rx: number; processes: number }> {
    const rows: ProcessRecord[] = [];
    const take = (row: ProcessRecord): void => void (row.comm === program && rows.push(row));
    await helper.session().list(
      'processes',
      5_000,
      eachRecord(PROCESS_BYTES, (bytes, at) => take(readProcess(bytes, at))),
    );
    const sum = (field: 'tx_bytes' | 'rx_bytes'): number => rows.reduce((total, row) => total + row[field], 0);
    return { tx: sum('tx_bytes'), rx: sum('rx_bytes'), processes: rows.length };
  }

  test('100 MB of TCP by one process are put to its connection and to it, to the byte', async () => {
    const sender = workload.named('sendtcp');
    const found = await measure(() => run(sender, ['tcp-send', cable.farAddress, '5001', '100000000']));
    expect(found.source).toMatchObject({ backend: '/proc/net/dev + eBPF', degraded: false });
    expect(found.top_connections).toHaveLength(1);
    expect(found.top_connections[0]).toMatchObject({
      protocol: 'TCP',
      destination: `${cable.farAddress}:5001`,
      program: 'sendtcp',
      attribution: 'exact',
      tx_total: 100,
      rx_total: 0,
    });
    expect(await bytesOf('sendtcp')).toEqual({ tx: 100_000_000, rx: 0, processes: 1 });
    expect(await bytesOf('sinktcp')).toMatchObject({ rx: 100_000_000 });
  });

  test('UDP is counted by flow and by process, to the byte', async () => {
    const sender = workload.named('sendudp');
    const found = await measure(() => run(sender, ['udp-send', cable.farAddress, '5002', '12345678', '1200']));
    expect(found.top_connections).toHaveLength(1);
    expect(found.top_connections[0]).toMatchObject({
      protocol: 'UDP',
      destination: `${cable.farAddress}:5002`,
      program: 'sendudp',
      attribution: 'exact',
      tx_total: 12.345678,
    });
    expect(await bytesOf('sendudp')).toEqual({ tx: 12_345_678, rx: 0, processes: 1 });
  });

  test('1,000 small TCP flows and 1,000 small UDP flows of one process are all in', async () => {
    const tcp = workload.named('smalltcp');
    const udp = workload.named('smalludp');
    await measure(async () => {
      await run(tcp, ['tcp-send', cable.farAddress, '5001', '777', '1000']);
      await run(udp, ['udp-send', cable.farAddress, '5002', '333', '333', '1000']);
    });
    expect(await bytesOf('smalltcp')).toEqual({ tx: 777_000, rx: 0, processes: 1 });
    expect(await bytesOf('smalludp')).toEqual({ tx: 333_000, rx: 0, processes: 1 });
  });

  test('of a mix of twelve processes, short-lived ones among them, every byte is put to the right one', async () => {
    const found = await measure(async () => {
      await Promise.all(
        Array.from({ length: 12 }, (_, index) => {
          const program = workload.named(`mixed${index}`);
          const bytes = 100_000 * (index + 1);
          return index % 2 === 0
            ? run(program, ['tcp-send', cable.farAddress, '5001', String(bytes)])
            : run(program, ['udp-send', cable.farAddress, '5002', String(bytes), '1000']);
        }),
      );
    });
    for (let index = 0; index < 12; index++)
      expect(await bytesOf(`mixed${index}`)).toEqual({ tx: 100_000 * (index + 1), rx: 0, processes: 1 });
    // The ten busiest, by what they sent, for nothing came back.
    const shown = found.top_connections.map(({ program, tx_total, attribution }) => ({ program, tx_total, attribution }));
    expect(shown).toEqual(
      Array.from({ length: 10 }, (_, index) => ({
        program: `mixed${11 - index}`,
        tx_total: (12 - index) / 10,
        attribution: 'exact',
      })),
    );
    expect(found.unattributed_share).toBeLessThan(0.01);
  });
});
