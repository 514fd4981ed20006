import { describe, expect, test } from 'vitest';
import { type DetectOptions, made } from '../../../test/support/detect';
import { answer, later, query } from '../../../test/support/made-packets';
import type { Captured } from '../../../test/support/packet-bytes';
import { healthy, T0, Talk, together } from '../../../test/support/talk';
import { captureDrops } from './capture/capture-drops';
import { defineDetector } from './detector';
import { DETECTORS } from './index';
import { isoTime, judge } from './judge';
import { runDetectors } from './run-detectors';

const analysed = (packets: readonly Captured[], options: DetectOptions = {}) => runDetectors(made(packets, options), options);
const ids = (packets: readonly Captured[], options?: DetectOptions) => analysed(packets, options).findings.map(({ id }) => id);

const knock = (ports: number) =>
  Array.from({ length: ports }, (_, i) => {
    const talk = new Talk({
      client: { ip: '192.0.2.66', port: 50_000 + i },
      server: { ip: '192.0.2.2', port: 1 + i },
      at: T0 + i / 10,
    });
    return talk.c('S').s('RA', { ack: 1_001 }).packets;
  }).flat();

describe('a run of all rules', () => {
  test('a healthy exchange has no finding, and every rule says whether it looked', () => {
    const { findings, found, clear, not_run, failed } = analysed(healthy());
    expect(findings).toEqual([]);
    expect(failed).toEqual([]);
    expect([...found, ...clear, ...not_run.map(({ id }) => id)].sort()).toEqual(DETECTORS.map(({ id }) => id).sort());
    expect(clear).toContain('tcp-connection-refused');
    expect(not_run.find(({ id }) => id === 'dns-timeout')?.reason).toMatch(/no clear-text DNS/);
  });

  test('says in Chinese why a rule was not run', () => {
    const { not_run } = analysed(healthy(), { language: 'zh-CN' });
    expect(not_run.find(({ id }) => id === 'arp-storm')?.reason).toBe('没有 ARP 流量');
  });

  test('an empty capture runs nothing and fails nothing', () => {
    const { findings, clear, not_run, failed } = analysed([]);
    expect({ findings, clear, failed }).toEqual({ findings: [], clear: [], failed: [] });
    expect(not_run).toHaveLength(DETECTORS.length);
  });

  test('a scan stands for the refusals it caused', () => {
    const [scan, ...others] = analysed(knock(30)).findings;
    expect(scan).toMatchObject({ id: 'scan-syn', consequences: ['tcp-connection-refused'] });
    expect(others).toEqual([]);
  });

  test('a timeout of DNS and a refused port are two findings, the worse first', () => {
    const refused = new Talk({ client: { ip: '192.0.2.7', port: 40_001 } }).c('S').s('RA', { ack: 1_001 }).packets;
    const silent = [0, 1, 2].map(i => query(i, { id: i }));
    expect(ids(together(refused, silent, [later(9)]))).toEqual(['dns-timeout', 'tcp-connection-refused']);
  });

  test('more than twenty flows with one server are one finding', () => {
    const flows = Array.from({ length: 25 }, (_, i) => {
      const talk = new Talk({ client: { ip: `198.51.100.${i + 1}`, port: 40_000 }, at: T0 + i });
      return talk.open().c('PA', { data: 30 }).s('A').s('R').packets;
    }).flat();
    const [rolled, ...others] = analysed(flows).findings;
    expect(rolled).toMatchObject({ id: 'tcp-reset-midstream', rollup: true, count: 25, flow: null, severity: 'critical' });
    expect(rolled?.flows).toHaveLength(20);
    expect(rolled?.metrics.flows).toBe(25);
    expect(others).toEqual([]);
  });

  test('lost packets of the capture cast doubt on loss, and say so', () => {
    const talk = new Talk().open();
    for (let i = 0; i < 30; i++) talk.data(1).s('PA', { data: 500, dropped: true }).again(1, 500, { after: 0.3 }).c('A');
    const { findings } = analysed(talk.packets, { dropped: { kernel: 50, interface: 0, received: 100 } });
    expect(findings.find(({ id }) => id === 'tcp-retransmission')).toMatchObject({ confidence: 'low' });
    expect(findings.find(({ id }) => id === 'tcp-retransmission')?.caveats.join()).toMatch(/capture itself lost/);
  });

  test('rules that need both directions do not run on one', () => {
    const flows = Array.from({ length: 12 }, (_, i) => {
      const { packets } = new Talk({ client: { ip: '192.0.2.1', port: 41_000 + i }, at: T0 + i }).open().data(0, 2);
      return packets.filter((_packet, k) => k !== 1 && k !== 4 && k !== 6);
    }).flat();
    const { findings, not_run } = analysed(flows);
    expect(findings.map(({ id }) => id)).toEqual(['asymmetric-capture']);
    expect(not_run.find(({ id }) => id === 'tcp-syn-unanswered')?.reason).toMatch(/one direction/);
  });

  test('a rule that fails is reported and stops no other', () => {
    const broken = defineDetector({
      ...captureDrops,
      id: 'broken',
      detect() {
        throw new Error('no such thing');
      },
    });
    const { failed, not_run, found } = judge(
      [broken, captureDrops],
      made(healthy(), { dropped: { kernel: 9, interface: 0, received: 9 } }),
    );
    expect(failed).toEqual([{ id: 'broken', error: 'no such thing' }]);
    expect(not_run[0]?.reason).toMatch(/error of its own/);
    expect(found).toEqual(['capture-drops']);
  });

  test('thresholds can be changed', () => {
    const slow = [query(0), answer(0.15, { answers: ['192.0.2.80'] })];
    expect(ids(slow)).toEqual([]);
    expect(ids(slow, { thresholds: { dns_slow_ms: 100 } })).toEqual(['dns-slow']);
  });

  test('evidence is at most twenty packets, the first and the last among them', () => {
    const asked = Array.from({ length: 60 }, (_, i) => [
      query(i, { id: i, name: 'x.example' }),
      answer(i + 0.01, { id: i, name: 'x.example', rcode: 5 }),
    ]).flat();
    const [refused] = analysed(asked).findings.filter(({ id }) => id === 'dns-refused');
    expect(refused?.count).toBe(60);
    expect(refused?.evidence.length).toBeLessThanOrEqual(20);
    expect(refused?.evidence[0]).toMatchObject({ packet: 1, role: 'query' });
  });

  test('times are ISO 8601 with microseconds', () => {
    expect(isoTime(T0 + 0.123456)).toBe('2023-11-14T22:13:20.123456Z');
    expect(isoTime(Number.NaN)).toBeNull();
  });
});
