import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionEventList, NetworkSummary } from '../../src-shared/model/event';
import type { PatternAnalysis } from '../../src-shared/model/patterns';
import { CAN_MAKE_NETWORKS, makeNetwork, printed, type TestNetwork } from '../support/network';
import { type EventLab, namespaceInode, openEventLab, runScript, startScript } from './events-lab';

const PROBE = `nsprobe${process.pid}`;
const SERVER = `nsserve${process.pid}`;

/** 23 connects one after the other: 7 IPv4 and 6 IPv6 that are accepted, 7 refused, 3 to an address nobody has. */
const CONNECTS = `
  const { connect } = require('node:net');
  const targets = [
    ...Array(7).fill(['192.0.2.2', 8080]), ...Array(6).fill(['2001:db8:77::2', 8080]),
    ...Array(7).fill(['192.0.2.2', 8081]), ...Array(3).fill(['192.0.2.99', 8080]),
  ];
  Promise.all(targets.map(([host, port]) => new Promise(done => {
    const socket = connect(port, host, () => socket.end('hello'));
    socket.resume().once('close', done).once('error', () => {});
  })));
`;
const CONNECT_BOTH = `
  const { connect } = require('node:net');
  for (const host of ['192.0.2.2', '2001:db8:77::2']) connect(8080, host, function () { this.end(); }).resume();
`;
/** Answers with six bytes and closes after the client. */
const SERVE = `
  require('node:net').createServer(socket => socket.resume().once('end', () => socket.end('world!')).once('error', () => {}))
    .listen(8080, '::', () => console.log('ready'));
`;

describe.skipIf(!CAN_MAKE_NETWORKS)('what processes tried', () => {
  let lab: EventLab;
  let network: TestNetwork;
  let probe: { pid: number };
  let server: { pid: number | undefined };

  beforeAll(async () => {
    [lab, network] = await Promise.all([openEventLab(), makeNetwork()]);
    await network.run(network.here, ['sysctl', '-qw', 'net.ipv4.tcp_syn_retries=1']);
    // A neighbour that is known and not there: SYNs leave and nobody answers.
    await network.run(network.here, ['ip', 'neigh', 'add', '192.0.2.99', 'lladdr', '02:00:00:00:00:99', 'dev', 'eth0']);
    const serving = startScript(network, network.there, SERVER, SERVE);
    await printed(serving, /ready/);
    server = { pid: serving.pid };
    // The first SYN on a fresh cable waits for neighbour discovery, up to a second: not what is measured here.
    await runScript(network, network.here, 'warmup', CONNECT_BOTH);
    probe = await runScript(network, network.here, PROBE, CONNECTS);
  });
  afterAll(async () => {
    await lab.close();
    await network.remove();
  });

  test('the summary says 23 attempts, 13 ok, 7 refused, 3 timed out, and how long connecting took', async () => {
    const summary = await lab.ask<NetworkSummary>('get_network_summary', { process_name: PROBE.toUpperCase(), duration: 600 });
    expect(summary).toMatchObject({
      count: 23,
      succeeded: 13,
      failed: { ECONNREFUSED: 7, ETIMEDOUT: 3 },
      failed_total: 10,
      in_progress: 0,
      inbound: 0,
      by_protocol: { TCP: 23 },
      coverage: { lost: 0, gaps: [] },
      source: { backend: 'ebpf', privileged: true, degraded: false },
    });
    expect(summary.top_destinations).toContainEqual({ destination: '192.0.2.2:8080', count: 7, failed: 0 });
    expect(summary.top_destinations).toContainEqual({ destination: '192.0.2.2:8081', count: 7, failed: 7 });
    expect(summary.latency_ms?.min).toBeGreaterThan(0);
    expect(summary.latency_ms?.max).toBeLessThan(1_000); // none was sent twice
    expect(await lab.ask('get_network_summary', { pid: probe.pid, duration: 600 })).toMatchObject({ count: 23 });
  });

  test('the list has each with protocol, result, pid, command line, bytes and who closed', async () => {
    const { events, total } = await lab.ask<ConnectionEventList>('list_connections', { pid: probe.pid });
    expect(total).toBe(23);
    for (const event of events) {
      expect(event).toMatchObject({
        pid: probe.pid,
        program: PROBE,
        protocol: 'TCP',
        direction: 'outbound',
        attribution: 'exact',
        user: 'root',
      });
      expect(event.parents[0]).toMatchObject({ pid: process.pid });
      expect(event.local).toMatch(/^(192\.0\.2\.1|\[2001:db8:77::1\]):\d+$/);
    }
    const ok = events.filter(({ result }) => result === 'ok');
    expect(ok.filter(({ family }) => family === 'IPv6')).toHaveLength(6);
    for (const event of ok) {
      expect(event).toMatchObject({ bytes_sent: 5, bytes_received: 6, close_reason: 'closed by us' });
      expect(event.duration_ms).toBeGreaterThan(0);
    }
    const refused = events.filter(({ result }) => result === 'ECONNREFUSED');
    expect(refused).toHaveLength(7);
    expect(
      refused.every(({ destination, close_reason }) => destination === '192.0.2.2:8081' && close_reason === 'reset by the peer'),
    ).toBe(true);
    const lost = events.filter(({ result }) => result === 'ETIMEDOUT');
    expect(lost).toHaveLength(3);
    // One SYN, after 1 s another, and 2 s later it gives up.
    for (const event of lost) {
      expect(event).toMatchObject({ destination: '192.0.2.99:8080', close_reason: 'timed out' });
      expect(event.latency_ms).toBeGreaterThan(2_500);
    }
    const times = events.map(({ time }) => time);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('what was accepted belongs to the process that listens', async () => {
    const { events, total } = await lab.ask<ConnectionEventList>('list_connections', {
      pid: server.pid,
      query: 'direction:inbound received:5',
    });
    expect(total).toBe(13);
    for (const event of events) {
      expect(event).toMatchObject({
        program: SERVER,
        direction: 'inbound',
        result: 'ok',
        bytes_sent: 6,
        bytes_received: 5,
        close_reason: 'closed by the peer',
      });
      expect(event.attribution).not.toBe('none');
    }
  });

  test('the filter language, pages and a start in time choose rows', async () => {
    const ask = (input: object) => lab.ask<ConnectionEventList>('list_connections', { pid: probe.pid, ...input });
    expect((await ask({ query: 'result:refused' })).total).toBe(7);
    expect((await ask({ query: 'result:timeout remote:192.0.2.99' })).total).toBe(3);
    expect((await ask({ query: 'proto:tcp6 sent:5' })).total).toBe(6);
    expect((await ask({ query: '!result:ok' })).total).toBe(10);
    expect((await ask({ query: `netns:${await namespaceInode(network, network.here)}` })).total).toBe(23);
    const page = await ask({ max_events: 10, offset: 20 });
    expect(page).toMatchObject({ total: 23, truncated: false, next_offset: null });
    expect(page.events).toHaveLength(3);
    expect((await ask({ max_events: '10' })).next_offset).toBe(10);
    const [last] = page.events.slice(-1);
    expect((await ask({ since: last?.time })).total).toBe(23);
    expect((await ask({ since: new Date(Date.now() + 60_000).toISOString() })).total).toBe(0);
  });

  test('UDP: the first datagram to each peer is an attempt, from IPv4 and IPv6', async () => {
    const { pid } = await runScript(
      network,
      network.here,
      `nsudp${process.pid}`,
      `const { createSocket } = require('node:dgram');
       const send = (type, port, host) => new Promise(done => { const s = createSocket(type); s.send('x', port, host, () => s.send('y', port, host, () => s.close(done))); });
       Promise.all([send('udp4', 9001, '192.0.2.2'), send('udp4', 9002, '192.0.2.2'), send('udp6', 9003, '2001:db8:77::2')]);`,
    );
    const { events } = await lab.ask<ConnectionEventList>('list_connections', { pid });
    expect(events.map(({ destination, protocol, result }) => `${destination} ${protocol} ${result}`).sort()).toEqual([
      '192.0.2.2:9001 UDP sent',
      '192.0.2.2:9002 UDP sent',
      '[2001:db8:77::2]:9003 UDP sent',
    ]);
    expect(await lab.ask('get_network_summary', { pid })).toMatchObject({ count: 3, sent: 3, by_protocol: { UDP: 3 } });
  });

  test('attempts that never left tell their errno, and UNIX sockets count apart', async () => {
    const { pid } = await runScript(
      network,
      network.there,
      `nsnone${process.pid}`,
      `const { connect, createServer } = require('node:net');
       const failing = new Promise(done => connect(80, '203.0.113.9').once('error', done));
       const server = createServer().listen('\\0nstest' + process.pid, () => {
         const local = connect('\\0nstest' + process.pid, () => { local.destroy(); server.close(); });
       });`,
    );
    const { events, source } = await lab.ask<ConnectionEventList>('list_connections', { pid });
    // Only where the kernel lets the system call be watched is it known why; elsewhere that is said, not guessed.
    const { state } = lab.helper;
    const tellsErrno =
      state.state === 'ready' && state.facts.features.some(({ name, loaded }) => name === 'connect_errno' && loaded);
    const expected = tellsErrno ? 'ENETUNREACH' : 'not sent';
    expect(source.caveats.some(caveat => caveat.includes('connect_errno'))).toBe(!tellsErrno);
    expect(events.map(({ protocol, destination, result }) => `${protocol} ${destination} ${result}`).sort()).toEqual([
      `TCP 203.0.113.9:80 ${expected}`,
      'UNIX (local socket) ok',
    ]);
    expect(await lab.ask('get_network_summary', { pid })).toMatchObject({
      count: 1,
      local_sockets: 1,
      failed: { [expected]: 1 },
    });
  });

  test('patterns: refusals and silence are found with threshold and evidence; a quiet process has none', async () => {
    const analysis = await lab.ask<PatternAnalysis>('analyze_patterns', { process_name: PROBE, duration: 600 });
    expect(analysis.failures).toEqual({ ECONNREFUSED: 7, ETIMEDOUT: 3 });
    expect(analysis.findings.map(({ rule }) => rule)).toEqual(['timed_out', 'refused']);
    expect(analysis.findings[1]).toMatchObject({ pid: probe.pid, evidence: expect.arrayContaining(['7/7', 'ECONNREFUSED']) });
    expect(analysis.findings[1]?.event_ids).toHaveLength(7);
  });

  test('the text forms are those of the seed', async () => {
    const { tools } = lab.engine;
    const summary = await lab.call('get_network_summary', { process_name: PROBE, duration: 600 });
    expect(summary.message).toBe(`Process '${PROBE}' made 23 outbound connection attempts over the last 600 seconds`);
    const list = await lab.call('list_connections', { pid: probe.pid, max_events: 5 });
    expect(tools.get('list_connections')?.textForm?.(list.data)).toMatch(
      new RegExp(
        `^Recent connection events \\(23 total\\):\\n(  \\d\\d:\\d\\d:\\d\\d \\| \\S+ \\| TCP \\| ${PROBE}\\n){5}  \\.\\.\\. and 18 more events$`,
      ),
    );
    const insights = await lab.call('ai_insights', {
      summary_text: `'${PROBE}' made 23 connections in 60 seconds, some refused`,
    });
    expect(insights.data).toMatchObject({ deterministic: true, model: null });
    expect(String(insights.data['insights'])).toContain(`'${PROBE}': 23 attempts, 10 failed`);
  });
});
