import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DropList, DropSummary } from '../../src-shared/model/drop';
import { CAN_MAKE_NETWORKS, makeNetwork, printed, type TestNetwork } from '../support/network';
import { type EventLab, namespaceInode, openEventLab } from './events-lab';

const run = promisify(execFile);

/** A tc program that drops every packet to UDP port 7780. */
const TC_PROGRAM = `
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
__attribute__((section("classifier"), used)) int drop_some(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct iphdr *ip = data + 14;
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end || ip->protocol != IPPROTO_UDP || udp->dest != __builtin_bswap16(7780))
		return TC_ACT_OK;
	return TC_ACT_SHOT;
}
char LICENSE[] __attribute__((section("license"), used)) = "GPL";
`;

describe.skipIf(!CAN_MAKE_NETWORKS)('what the kernel drops', () => {
  let lab: EventLab;
  let network: TestNetwork;
  let folder: string;
  let maker: string;
  let inodes: { here: number; there: number };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-drops-'));
    maker = path.join(folder, 'drop-maker');
    await run('gcc', ['-O2', '-o', maker, path.resolve(import.meta.dirname, '../support/drop-maker.c')]);
    [lab, network] = await Promise.all([openEventLab(), makeNetwork()]);
    inodes = { here: await namespaceInode(network, network.here), there: await namespaceInode(network, network.there) };
    // What the cable does by itself when it comes up is over once both have found each other.
    await network.run(network.here, ['ip', 'neigh', 'replace', '192.0.2.2', 'lladdr', await mac(network.there), 'dev', 'eth0']);
    await network.run(network.there, ['ip', 'neigh', 'replace', '192.0.2.1', 'lladdr', await mac(network.here), 'dev', 'eth0']);
  });
  afterAll(async () => {
    await lab.close();
    await network.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function mac(namespace: string): Promise<string> {
    return (await network.run(namespace, ['cat', '/sys/class/net/eth0/address'])).trim();
  }

  /** Drops in a namespace while `work` runs, by reason. */
  async function dropsOf(
    namespace: 'here' | 'there',
    query: string,
    work: () => Promise<unknown>,
  ): Promise<DropSummary['by_reason']> {
    const before = await ask(namespace, query);
    await work();
    const after = await ask(namespace, query);
    const counts = Object.entries(after.by_reason).map(
      ([reason, count]) => [reason, count - (before.by_reason[reason] ?? 0)] as const,
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  const ask = (namespace: 'here' | 'there', query: string): Promise<DropSummary> =>
    lab.ask<DropSummary>('get_packet_drop_summary', { duration: 3_600, query: `netns:${inodes[namespace]} ${query}` });
  const make = (...args: string[]): Promise<string> => network.run(network.here, [maker, ...args]);

  test('17 datagrams to a closed UDP port and 5 connects to a closed TCP port are 22 times NO_SOCKET', async () => {
    const drops = await dropsOf('there', 'rport:1-65535', async () => {
      await make('udp', '192.0.2.2', '9100', '17', '10');
      await network.run(network.here, [
        process.execPath,
        '-e',
        `for (let i = 0; i < 5; i++) require('node:net').connect(9101, '192.0.2.2').on('error', () => {});`,
      ]);
    });
    expect(drops).toEqual({ NO_SOCKET: 22 });
    const { events, total } = await lab.ask<DropList>('list_packet_drops', { query: `netns:${inodes.there} lport:9100` });
    expect(total).toBe(17);
    for (const event of events) {
      expect(event).toMatchObject({
        reason: 'NO_SOCKET',
        protocol: 'UDP',
        destination: '192.0.2.2:9100',
        benign: false,
      });
      expect(event.source).toMatch(/^192\.0\.2\.1:\d+$/);
      expect(event.reason_text).toMatch(/Nothing listens/);
      expect(event.location).toMatch(/udp/);
    }
  });

  test('a rule of nftables: NETFILTER_DROP for each packet it drops', async () => {
    await nft(
      network.there,
      'add table inet t',
      'add chain inet t in { type filter hook input priority 0 ; }',
      'add rule inet t in udp dport 7777 drop',
    );
    expect(await dropsOf('there', 'lport:7777', () => make('udp', '192.0.2.2', '7777', '11', '100'))).toEqual({
      NETFILTER_DROP: 11,
    });
  });

  test('a receive buffer that nobody empties: what it could not keep is SOCKET_RCVBUFF, with the owner of the socket', async () => {
    const [program, ...args] = [...network.inside(network.there), maker, 'unread', '7778'];
    const reader = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    await printed(reader, /ready/);
    let kept = 0;
    const drops = await dropsOf('there', 'lport:7778', async () => {
      await make('udp', '192.0.2.2', '7778', '50', '200');
      const told = printed(reader, /kept (\d+)/);
      reader.stdin.end('now\n');
      kept = Number((await told)[1]);
    });
    expect(kept).toBeGreaterThan(0);
    expect(drops).toEqual({ SOCKET_RCVBUFF: 50 - kept });
    expect((await ask('there', 'lport:7778')).by_process).toEqual([{ pid: reader.pid, program: 'drop-maker', count: 50 - kept }]);
  });

  test('9 segments with a wrong checksum are TCP_CSUM', async () => {
    expect(await dropsOf('there', 'lport:7779', () => make('bad-checksum', '192.0.2.2', '7779', '9'))).toEqual({ TCP_CSUM: 9 });
  });

  test('a full queueing discipline: QDISC_DROP as often as tc counts', async () => {
    const tc = (...args: string[]): Promise<string> => network.run(network.here, ['tc', ...args]);
    await tc('qdisc', 'add', 'dev', 'eth0', 'root', 'tbf', 'rate', '1mbit', 'burst', '2kb', 'limit', '4kb');
    const drops = await dropsOf('here', 'rport:7781', () => make('udp', '192.0.2.2', '7781', '30', '1000'));
    const counted = Number(/dropped (\d+)/.exec(await tc('-s', 'qdisc', 'show', 'dev', 'eth0'))?.[1]);
    await tc('qdisc', 'del', 'dev', 'eth0', 'root');
    expect(counted).toBeGreaterThan(10);
    expect(drops).toEqual({ QDISC_DROP: counted });
  });

  test('a tc program: TC_EGRESS for each packet', async () => {
    const source = path.join(folder, 'tc.c');
    writeFileSync(source, TC_PROGRAM);
    await run('clang', [
      '-O2',
      '-target',
      'bpf',
      '-I/usr/include/x86_64-linux-gnu',
      '-c',
      source,
      '-o',
      path.join(folder, 'tc.o'),
    ]);
    await network.run(network.here, ['tc', 'qdisc', 'add', 'dev', 'eth0', 'clsact']);
    await network.run(network.here, [
      'tc',
      'filter',
      'add',
      'dev',
      'eth0',
      'egress',
      'bpf',
      'direct-action',
      'obj',
      path.join(folder, 'tc.o'),
      'sec',
      'classifier',
    ]);
    const drops = await dropsOf('here', 'rport:7780', () => make('udp', '192.0.2.2', '7780', '13', '100'));
    await network.run(network.here, ['tc', 'qdisc', 'del', 'dev', 'eth0', 'clsact']);
    expect(drops).toEqual({ TC_EGRESS: 13 });
  });

  test('a full accept queue: TCP_LISTEN_OVERFLOW for each handshake beyond it', async () => {
    await nft(
      network.here,
      'add table inet t',
      'add chain inet t out { type filter hook output priority 0 ; }',
      'add rule inet t out tcp dport 7782 tcp flags & rst == rst drop',
    );
    await printed(network.start(network.there, [maker, 'full-listener', '7782', '4']), /ready/);
    const shake = (first: number) => make('handshakes', '192.0.2.1', '192.0.2.2', '7782', '4', String(first));
    // A backlog of 4 keeps 5 connections and, while it is not full, 4 half-open ones: 4, then 4 more of which one fits.
    expect(await dropsOf('there', 'lport:7782', () => shake(40_000))).toEqual({});
    expect(await dropsOf('there', 'lport:7782', () => shake(41_000))).toEqual({ TCP_LISTEN_OVERFLOW: 3 });
  });

  test('a namespace in which nothing happens has no drops', async () => {
    const idle = await makeNetwork();
    try {
      const netns = await namespaceInode(idle, idle.here);
      const summary = await lab.ask<DropSummary>('get_packet_drop_summary', { duration: 3_600, query: `netns:${netns}` });
      expect(summary).toMatchObject({ count: 0, by_reason: {}, reasons: [], coverage: { lost: 0, gaps: [] } });
      expect(Date.parse(summary.coverage.since)).toBeLessThan(Date.now());
    } finally {
      await idle.remove();
    }
  });

  test('each reason comes with words and advice, in the language of the caller', async () => {
    const { reasons } = await ask('there', 'lport:9100');
    expect(reasons).toEqual([
      {
        reason: 'NO_SOCKET',
        count: 17,
        benign: false,
        text: expect.stringMatching(/Nothing listens/),
        advice: expect.stringMatching(/check_port_occupation/),
      },
    ]);
  });

  test('the text form is the seed’s', async () => {
    const form = async (input: object): Promise<string | undefined> =>
      lab.engine.tools.get('list_packet_drops')?.textForm?.((await lab.call('list_packet_drops', input)).data);
    expect(await form({ query: `netns:${inodes.there} lport:7778`, max_events: 1 })).toMatch(
      /^1\. PID \d+ \(drop-maker\): packet dropped - SOCKET_RCVBUFF\n {2}\.\.\. and \d+ more events$/,
    );
    expect(await form({ query: `netns:${inodes.there} lport:9100`, max_events: 1 })).toMatch(
      /^1\. No process: packet dropped - NO_SOCKET\n/,
    );
  });

  async function nft(namespace: string, ...rules: string[]): Promise<void> {
    const child = spawn('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.end(`${rules.join('\n')}\n`);
    expect(await once(child, 'close')).toEqual([0, null]);
  }
});
