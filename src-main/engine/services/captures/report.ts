import type {
  CaptureAnalysisResult,
  CapturedConnection,
  CapturedDatagrams,
  CaptureQuality,
  DnsQuery,
  HttpRequest,
  TlsHandshakeRow,
} from '@shared/model/capture';
import type { Finding, RuleState } from '@shared/model/finding';
import { type Language, text, translate } from '@shared/text/index';
import type { CaptureAnalysis } from '../../packets/analysis';
import { connState, isFailed } from '../../packets/conn-state';
import { countConnection } from '../../packets/connection-counts';
import type { TcpFlow, UdpFlow } from '../../packets/flows';
import { linkTypeName } from '../../packets/link/link-types';
import { PROTOCOL_NAMES } from '../../packets/protocol-names';
import type { Certificate } from '../../packets/protocols/x509';
import type { TcpSide } from '../../packets/tcp-side';
import { type CaptureFileFacts, handshakeOf, teardownOf } from '../../packets/truth-report';
import type { ReportWords, WordedReport } from './worded-report';

/** What the rules found, and which of them could not be judged. */
export interface Detection {
  findings: Finding[];
  clear: number;
  not_run: RuleState[];
}

/** What captured says of losses; a file says it itself. */
export type CaptureLosses = Pick<
  CaptureQuality,
  'received' | 'dropped_by_kernel' | 'dropped_by_interface' | 'snaplen' | 'snaplen_reduced_at'
>;

/** Rows of one kind that a report holds; how many there were stands beside. */
export const REPORT_ROWS = 10_000;

export interface ReportOptions {
  losses: CaptureLosses;
  link_type: number | null;
  damage: string | null;
  partial: boolean;
  /** Packets of a live capture that were left out: look-ups of names nobody asked for. */
  other_lookups?: number;
  rows?: number;
}

/** The result of an analysis: everything that is shown, in bounded lists. */
export function buildReport(
  analysis: CaptureAnalysis,
  detections: Record<Language, Detection>,
  options: ReportOptions,
): WordedReport {
  return {
    analysis: englishReport(analysis, detections.en, options),
    words: { 'zh-CN': wordsOf(analysis, detections['zh-CN'], 'zh-CN') },
  };
}

function wordsOf(analysis: CaptureAnalysis, detection: Detection, language: Language): ReportWords {
  return {
    verdict: verdictOf(analysis, detection, language),
    findings: detection.findings.map(({ title, summary, advice, caveats }) => ({ title, summary, advice, caveats })),
    not_run: detection.not_run.map(({ reason }) => reason),
  };
}

function englishReport(analysis: CaptureAnalysis, detection: Detection, options: ReportOptions): CaptureAnalysisResult {
  const { flows, decoder, applications } = analysis;
  const limit = options.rows ?? REPORT_ROWS;
  const names = serverNames(analysis);
  const tcp: TcpFlow[] = [];
  const udp: UdpFlow[] = [];
  for (const flow of flows.flows) {
    if (flow.evicted) continue;
    if (flow.kind === 'tcp') tcp.push(flow);
    else if (flow.packets[0] + flow.packets[1] > 0) udp.push(flow);
  }
  const { dns, http, tls } = applications.rows;
  const seconds = analysis.lastTs - analysis.firstTs;
  return {
    verdict: verdictOf(analysis, detection, 'en'),
    total_packets: analysis.packets,
    total_bytes: analysis.bytes,
    first: isoTime(analysis.firstTs),
    last: isoTime(analysis.lastTs),
    duration_s: Number.isFinite(seconds) ? round(seconds, 6) : 0,
    link_type: options.link_type === null ? null : (linkTypeName(options.link_type) ?? `LINKTYPE ${options.link_type}`),
    protocols: decoder.counts.toRecord(),
    connection_analysis: {
      ...countConnections(analysis, tcp),
      connections: worstFirst(tcp)
        .slice(0, limit)
        .map(flow => connectionRow(analysis, flow, names.get(flow.number) ?? null)),
    },
    datagrams: {
      total: udp.length + analysis.letGo.datagrams,
      flows: udp
        .sort((a, b) => b.bytes[0] + b.bytes[1] - a.bytes[0] - a.bytes[1])
        .slice(0, limit)
        .map(flow => datagramRow(analysis, flow)),
    },
    dns_queries: dns.rows.slice(0, limit).map(dnsRow),
    http_requests: http.rows.slice(0, limit).map(httpRow),
    tls_handshakes: tls.rows.slice(0, limit).map(tlsRow),
    totals: {
      dns: dns.rows.length + dns.dropped,
      http: http.rows.length + http.dropped,
      tls: tls.rows.length + tls.dropped,
      problems: detection.findings.length,
    },
    problems_detected: detection.findings,
    rules: {
      found: new Set(detection.findings.map(({ id }) => id)).size,
      clear: detection.clear,
      not_run: detection.not_run,
    },
    capture: {
      ...options.losses,
      truncated: analysis.truncated,
      malformed: analysis.malformed + analysis.oversized,
      flows_evicted: flows.evicted,
      other_lookups: options.other_lookups ?? 0,
      damage: options.damage,
    },
    partial: options.partial || options.damage !== null,
  };
}

/** A file says what was lost while it was captured, when it is a pcapng. */
export function lossesOfFile({ interfaces }: CaptureFileFacts): CaptureLosses {
  const sum = (values: (number | null)[]): number | null => {
    const known = values.filter(value => value !== null);
    return known.length > 0 ? known.reduce((a, b) => a + b, 0) : null;
  };
  return {
    received: sum(interfaces.map(({ received }) => received)),
    dropped_by_kernel: sum(interfaces.map(({ dropped_by_kernel }) => dropped_by_kernel)),
    dropped_by_interface: sum(interfaces.map(({ dropped_by_interface }) => dropped_by_interface)),
    snaplen: interfaces[0]?.snaplen || null,
    snaplen_reduced_at: null,
  };
}

function verdictOf({ packets }: CaptureAnalysis, { findings, clear, not_run }: Detection, language: Language): string {
  const say = (...args: Parameters<typeof text>): string => translate(text(...args), language);
  if (packets === 0) return say('captures.verdict_empty');
  const serious = findings.filter(({ severity }) => severity === 'critical' || severity === 'warning');
  const [worst] = serious;
  if (worst) {
    const key = serious.length > 1 ? 'captures.verdict_worst_of' : 'captures.verdict_worst';
    return say(key, { summary: worst.summary, count: serious.length - 1 });
  }
  const counts = { clear, not_run: not_run.length };
  const notices = findings.filter(({ severity }) => severity === 'notice');
  const [first] = notices;
  if (!first) return say('captures.verdict_clear', counts);
  return say('captures.verdict_notice', { count: notices.length, summary: first.summary, ...counts });
}

function countConnections(
  { letGo: { connections } }: CaptureAnalysis,
  flows: readonly TcpFlow[],
): Omit<CaptureAnalysisResult['connection_analysis'], 'connections'> {
  const counts = { ...connections };
  for (const flow of flows) countConnection(counts, flow);
  return counts;
}

/** Trouble first, then by bytes. */
function worstFirst(flows: TcpFlow[]): TcpFlow[] {
  const trouble = (flow: TcpFlow): number =>
    (isFailed(connState(flow)) ? 1_000 : 0) +
    sum(flow, side => side.flagged.retransmissions + side.flagged.zeroWindows + side.resets + side.flagged.lostSegments);
  const keyed = flows.map(flow => ({ flow, trouble: trouble(flow), bytes: sum(flow, side => side.bytes) }));
  return keyed.sort((a, b) => b.trouble - a.trouble || b.bytes - a.bytes).map(({ flow }) => flow);
}

export function connectionRow(analysis: CaptureAnalysis, flow: TcpFlow, name: string | null): CapturedConnection {
  const [a, b] = flow.sides;
  return {
    stream: flow.number,
    a: { addr: flow.a.ip, port: flow.a.port },
    b: { addr: flow.b.ip, port: flow.b.port },
    state: connState(flow),
    protocol: PROTOCOL_NAMES[flow.protocol] ?? null,
    name,
    packets_ab: a.packets,
    packets_ba: b.packets,
    bytes_ab: a.bytes,
    bytes_ba: b.bytes,
    payload_ab: a.payload,
    payload_ba: b.payload,
    first: isoTime(analysis.toSeconds(flow.firstTime)),
    first_frame: flow.firstFrame,
    duration_ms: round((flow.lastTime - flow.firstTime) / 1e6, 3),
    handshake: handshakeOf(flow),
    teardown: teardownOf(flow),
    initial_rtt_ms: flow.initialRtt === 0 ? null : round(flow.initialRtt / 1e6, 3),
    retransmissions: sum(flow, side => side.flagged.retransmissions),
    fast_retransmissions: sum(flow, side => side.flagged.fastRetransmissions),
    spurious_retransmissions: sum(flow, side => side.flagged.spuriousRetransmissions),
    duplicate_acks: sum(flow, side => side.flagged.duplicateAcks),
    out_of_order: sum(flow, side => side.flagged.outOfOrder),
    zero_window: sum(flow, side => side.flagged.zeroWindows),
    lost_segments: sum(flow, side => side.flagged.lostSegments),
    keep_alives: sum(flow, side => side.flagged.keepAlives),
    window_full: sum(flow, side => side.flagged.windowFull),
    resets: sum(flow, side => side.resets),
    pid: null,
    program: null,
    attribution: 'none',
  };
}

function datagramRow(analysis: CaptureAnalysis, flow: UdpFlow): CapturedDatagrams {
  return {
    stream: flow.number,
    a: { addr: flow.a.ip, port: flow.a.port },
    b: { addr: flow.b.ip, port: flow.b.port },
    protocol: PROTOCOL_NAMES[flow.protocol] ?? null,
    packets_ab: flow.packets[0],
    packets_ba: flow.packets[1],
    bytes_ab: flow.bytes[0],
    bytes_ba: flow.bytes[1],
    first: isoTime(analysis.toSeconds(flow.firstTime)),
    first_frame: flow.firstFrame,
    duration_ms: round((flow.lastTime - flow.firstTime) / 1e6, 3),
    pid: null,
    program: null,
    attribution: 'none',
  };
}

type Rows = CaptureAnalysis['applications']['rows'];

function dnsRow(row: Rows['dns']['rows'][number]): DnsQuery {
  const { transport, proto, name, type, client, server, rcode, response_ms, query_frame, response_frame } = row;
  return {
    transport,
    proto,
    name,
    type,
    client,
    server,
    time: isoTime(row.time),
    rcode,
    response_ms: response_ms === null ? null : round(response_ms, 3),
    answers: [...row.cnames, ...row.addresses].slice(0, 8),
    query_frame,
    response_frame,
  };
}

function httpRow(row: Rows['http']['rows'][number]): HttpRequest {
  const { method, host, path, client, server, server_port, status, ttfb_ms, request_frame, response_frame } = row;
  return {
    method,
    host,
    path,
    client,
    server,
    server_port,
    time: isoTime(row.time),
    status,
    response_ms: ttfb_ms === null ? null : round(ttfb_ms, 3),
    stream: row.stream || null,
    request_frame,
    response_frame,
  };
}

function tlsRow(row: Rows['tls']['rows'][number]): TlsHandshakeRow {
  const { transport, sni, version, client, client_port, server, server_port, established_ms, alerts, certificate } = row;
  return {
    transport,
    sni,
    version,
    cipher: row.suite,
    alpn: row.alpn,
    client: { addr: client, port: client_port },
    server: { addr: server, port: server_port },
    time: isoTime(row.time),
    handshake_ms: established_ms === null ? null : round(established_ms, 3),
    alert: alerts[0]?.description ?? null,
    certificate: certificate && certificateRow(certificate),
    stream: transport === 'tcp' ? row.stream || null : null,
    client_hello_frame: row.client_hello_frame,
  };
}

function certificateRow({ subject_cn, issuer_cn, not_before, not_after }: Certificate): TlsHandshakeRow['certificate'] {
  const date = (seconds: number | null): string => (seconds === null ? '' : (isoTime(seconds) ?? ''));
  return { subject: subject_cn ?? '', issuer: issuer_cn ?? '', not_before: date(not_before), not_after: date(not_after) };
}

/** Names of servers as clients asked for them. */
function serverNames({ applications }: CaptureAnalysis): Map<number, string> {
  const { http, tls } = applications.rows;
  const names = new Map<number, string>();
  for (const { stream, host } of http.rows) if (host) names.set(stream, host);
  for (const { stream, sni } of tls.rows) if (sni) names.set(stream, sni);
  return names;
}

const sum = ({ sides: [a, b] }: TcpFlow, count: (side: TcpSide) => number): number => count(a) + count(b);

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** ISO 8601 with microseconds; null for a time that is not known. */
export function isoTime(seconds: number): string | null {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return null;
  const whole = Math.floor(seconds);
  const micros = Math.min(999_999, Math.round((seconds - whole) * 1e6));
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}
