import type { CaptureAnalysisResult, CapturedConnection, DnsQuery } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import { expect, test } from 'vitest';
import { compareReports, median, serverMedians } from './compare';

type Parts = { findings?: Finding[]; connections?: Partial<CapturedConnection>[]; dns?: Partial<DnsQuery>[] };

/** Only what a comparison reads. */
function report({ findings = [], connections = [], dns = [] }: Parts): CaptureAnalysisResult {
  return {
    problems_detected: findings,
    connection_analysis: { connections },
    dns_queries: dns,
  } as unknown as CaptureAnalysisResult; // the other fields are not read
}

const connection = (port: number, rtt: number | null, again: number): Partial<CapturedConnection> => ({
  name: null,
  b: { addr: '198.51.100.9', port },
  initial_rtt_ms: rtt,
  retransmissions: again,
  packets_ab: 50,
  packets_ba: 50,
});

const finding = (id: string, clientPort: number, serverPort: number | null): Finding =>
  ({
    id,
    flow: serverPort === null ? null : { a: { ip: '192.0.2.7', port: clientPort }, b: { ip: '198.51.100.9', port: serverPort } },
  }) as unknown as Finding; // as above

test('the median of an even number of values is between the two in the middle, of none there is none', () => {
  expect(median([30, 10, 20])).toBe(20);
  expect(median([40, 10, 20, 30])).toBe(25);
  expect(median([])).toBeNull();
});

test('a server has the medians of its connections and questions, and nothing where nothing was measured', () => {
  const medians = serverMedians(
    report({
      connections: [connection(443, 10, 0), connection(443, 30, 2), connection(80, null, 0)],
      dns: [
        { server: '192.0.2.53', response_ms: 4 },
        { server: '192.0.2.53', response_ms: null },
      ],
    }),
  );
  expect(medians.get('198.51.100.9:443')).toEqual({ rtt_ms: 20, again_share: 0.01, dns_ms: null });
  expect(medians.get('198.51.100.9:80')).toEqual({ rtt_ms: null, again_share: 0, dns_ms: null });
  expect(medians.get('192.0.2.53:53')).toEqual({ rtt_ms: null, again_share: null, dns_ms: 4 });
});

test('a problem is the same by its rule and server, whatever the port of the client', () => {
  const { problems } = compareReports(
    report({ findings: [finding('refused', 40_000, 443), finding('refused', 40_001, 8_443), finding('arp', 0, null)] }),
    report({ findings: [finding('refused', 50_000, 443), finding('arp', 0, null), finding('slow', 50_001, 443)] }),
  );
  expect(problems.first.map(({ flow }) => flow?.b.port)).toEqual([8_443]);
  expect(problems.second.map(({ id }) => id)).toEqual(['slow']);
  expect(problems.both.map(({ first }) => first.id)).toEqual(['refused', 'arp']);
});

test('servers that both have come first', () => {
  const { servers } = compareReports(
    report({ connections: [connection(80, 1, 0), connection(443, 1, 0)] }),
    report({ connections: [connection(443, 2, 0), connection(22, 1, 0)] }),
  );
  expect(servers.map(({ server }) => server)).toEqual(['198.51.100.9:443', '198.51.100.9:80', '198.51.100.9:22']);
  expect(servers[0]).toMatchObject({ first: { rtt_ms: 1 }, second: { rtt_ms: 2 } });
});
