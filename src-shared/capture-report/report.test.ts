import { expect, test } from 'vitest';
import type { CaptureAnalysisResult } from '../model/capture';
import { reportHtml } from './html';
import { reportMarkdown } from './markdown';

const HOSTILE = '</script><img src=x onerror=alert(1)>';

const ANALYSIS: CaptureAnalysisResult = {
  verdict: `It is about ${HOSTILE}.`,
  total_packets: 3,
  total_bytes: 180,
  first: '2026-01-31T12:00:00.000000Z',
  last: '2026-01-31T12:00:01.000000Z',
  duration_s: 1,
  link_type: 'Ethernet',
  protocols: { eth: 3, tcp: 3 },
  connection_analysis: { total: 0, established: 0, failed: 0, closed: 0, reset: 0, retransmissions: 0, connections: [] },
  datagrams: { total: 0, flows: [] },
  dns_queries: [
    {
      transport: 'udp',
      proto: 'dns',
      name: HOSTILE,
      type: 'A',
      client: '192.0.2.1',
      server: '192.0.2.53',
      time: null,
      rcode: 'NXDOMAIN',
      response_ms: 1.5,
      answers: [],
      query_frame: 1,
      response_frame: 2,
    },
  ],
  http_requests: [],
  tls_handshakes: [],
  totals: { dns: 500, http: 0, tls: 0, problems: 1 },
  problems_detected: [
    {
      id: 'dns-nxdomain',
      severity: 'notice',
      confidence: 'high',
      title: 'No such name',
      summary: `${HOSTILE} | does *not* exist`,
      flow: null,
      flows: [],
      rollup: false,
      count: 1,
      first_ts: null,
      last_ts: null,
      evidence: [{ packet: 2, ts: null, role: 'answer', fields: {} }],
      metrics: {},
      advice: ['Check the name.'],
      caveats: [],
      references: ['RFC 1035'],
      consequences: [],
    },
  ],
  rules: { found: 1, clear: 20, not_run: [{ id: 'tls-alert', reason: HOSTILE }] },
  capture: {
    received: null,
    dropped_by_kernel: null,
    dropped_by_interface: null,
    truncated: 0,
    malformed: 0,
    flows_evicted: 0,
    other_lookups: 0,
    snaplen: null,
    snaplen_reduced_at: null,
    damage: null,
  },
  partial: false,
};
const HEAD = { name: HOSTILE, language: 'en', version: '1.0', made_at: '2026-01-31T12:00:02Z' } as const;

test('names of the network stay text in the HTML report, which allows no script', () => {
  const html = reportHtml(ANALYSIS, HEAD);
  expect(html).not.toContain('<img');
  expect(html).not.toContain('<script');
  expect(html).not.toContain('</script');
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(html).toContain('1 of 500');
});

test('names of the network stay text in the Markdown report', () => {
  const markdown = reportMarkdown(ANALYSIS, HEAD);
  expect(markdown).not.toContain('<img');
  expect(markdown).toContain('\\| does \\*not\\* exist');
  expect(markdown).toContain('- Packets: 2 (answer)');
});

test('what is not known is said, not shown as nothing', () => {
  expect(reportMarkdown(ANALYSIS, { ...HEAD, language: 'zh-CN' })).toContain('内核丢失 | 未知');
});
