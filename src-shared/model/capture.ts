import { z } from 'zod';
import { CAPTURE_MODES } from './capture-modes';
import { type FindingSeverity, finding, ruleState } from './finding';
import { attribution, coverage, source } from './source';

export { CAPTURE_MODES };
export const captureMode = z.enum(CAPTURE_MODES);
export type CaptureMode = z.infer<typeof captureMode>;

/** Names of the network stand in these rows: sanitised, but still somebody else's words. */
const end = z.object({ addr: z.string(), port: z.number() });

const isoTime = z.iso.datetime({ offset: true });

/** One TCP connection of a capture (pcaps/FORMAT.md in snake_case, and more). */
export const capturedConnection = z.object({
  stream: z.number().describe('Number of the flow in this capture, for get_capture_report'),
  a: end.describe('The client: who sent the SYN, else who sent first'),
  b: end,
  state: z
    .string()
    .describe('As Zeek names it: SF normal, S0 no answer, REJ refused, S1 open, RSTO and RSTR reset by client and server …'),
  protocol: z.string().nullable().describe('What it carries, where that was recognised'),
  name: z.string().nullable().describe('Of the server, from TLS or HTTP'),
  packets_ab: z.number(),
  packets_ba: z.number(),
  bytes_ab: z.number().describe('Whole frames on the wire'),
  bytes_ba: z.number(),
  payload_ab: z.number(),
  payload_ba: z.number(),
  first: isoTime.nullable(),
  first_frame: z.number(),
  duration_ms: z.number(),
  handshake: z.enum(['complete', 'partial', 'none']),
  teardown: z.enum(['rst', 'fin', 'half-fin', 'none']),
  initial_rtt_ms: z.number().nullable(),
  retransmissions: z.number().describe('All kinds; the counters follow Wireshark 4.4'),
  fast_retransmissions: z.number(),
  spurious_retransmissions: z.number(),
  duplicate_acks: z.number(),
  out_of_order: z.number(),
  zero_window: z.number(),
  lost_segments: z.number(),
  keep_alives: z.number(),
  window_full: z.number(),
  resets: z.number(),
  pid: z.number().nullable(),
  program: z.string().nullable(),
  attribution,
});
export type CapturedConnection = z.infer<typeof capturedConnection>;

export const capturedDatagrams = z.object({
  stream: z.number(),
  a: end.describe('Who sent first'),
  b: end,
  protocol: z.string().nullable(),
  packets_ab: z.number(),
  packets_ba: z.number(),
  bytes_ab: z.number(),
  bytes_ba: z.number(),
  first: isoTime.nullable(),
  first_frame: z.number(),
  duration_ms: z.number(),
  pid: z.number().nullable(),
  program: z.string().nullable(),
  attribution,
});
export type CapturedDatagrams = z.infer<typeof capturedDatagrams>;

export const dnsQuery = z.object({
  transport: z.enum(['udp', 'tcp']),
  proto: z.enum(['dns', 'mdns', 'llmnr']),
  name: z.string(),
  type: z.string().nullable(),
  client: z.string(),
  server: z.string(),
  time: isoTime.nullable(),
  rcode: z.string().nullable().describe('null: no answer was seen'),
  response_ms: z.number().nullable(),
  answers: z.array(z.string()).describe('Addresses and names answered, at most eight'),
  query_frame: z.number().nullable(),
  response_frame: z.number().nullable(),
});
export type DnsQuery = z.infer<typeof dnsQuery>;

export const httpRequest = z.object({
  method: z.string().nullable(),
  host: z.string().nullable(),
  path: z.string().nullable().describe('Without the query'),
  client: z.string(),
  server: z.string(),
  server_port: z.number().nullable(),
  time: isoTime.nullable(),
  status: z.number().nullable(),
  response_ms: z.number().nullable().describe('From the last byte of the request to the first of the response'),
  stream: z.number().nullable(),
  request_frame: z.number().nullable(),
  response_frame: z.number().nullable(),
});
export type HttpRequest = z.infer<typeof httpRequest>;

export const tlsHandshake = z.object({
  transport: z.enum(['tcp', 'quic', 'dtls']),
  sni: z.string().nullable(),
  version: z.string().nullable().describe('Negotiated; null without ServerHello'),
  cipher: z.string().nullable(),
  alpn: z.string().nullable(),
  client: end,
  server: end,
  time: isoTime.nullable(),
  handshake_ms: z.number().nullable(),
  alert: z.string().nullable(),
  certificate: z
    .object({ subject: z.string(), issuer: z.string(), not_before: z.string(), not_after: z.string() })
    .nullable()
    .describe('Visible up to TLS 1.2'),
  stream: z.number().nullable(),
  client_hello_frame: z.number().nullable(),
});
export type TlsHandshakeRow = z.infer<typeof tlsHandshake>;

/** How much of the traffic the capture holds: quoted with every result. */
export const captureQuality = z.object({
  received: z
    .number()
    .nullable()
    .describe('Packets that passed the filter, by the counter of what captured; null for files without'),
  dropped_by_kernel: z.number().nullable(),
  dropped_by_interface: z.number().nullable(),
  truncated: z.number().describe('Packets cut by the snap length'),
  malformed: z.number().describe('Packets whose headers contradict themselves'),
  flows_evicted: z
    .number()
    .describe('Flows let go of to make room: healthy ones that had ended beyond 28,672, others beyond 65,536'),
  other_lookups: z
    .number()
    .describe('Of a capture for a name: DNS packets for other names, left out of everything else but received'),
  snaplen: z.number().nullable(),
  snaplen_reduced_at: isoTime.nullable().describe('Since then only headers were kept, for the kernel lost packets'),
  damage: z.string().nullable().describe('Of a file: why the rest of it could not be read'),
});
export type CaptureQuality = z.infer<typeof captureQuality>;

export const captureAnalysis = z.object({
  verdict: z.string().describe('One sentence'),
  total_packets: z.number(),
  total_bytes: z.number(),
  first: isoTime.nullable(),
  last: isoTime.nullable(),
  duration_s: z.number(),
  link_type: z.string().nullable(),
  protocols: z
    .record(z.string(), z.number())
    .describe("Packets by protocol, Wireshark's short names; a packet counts once for each"),
  connection_analysis: z.object({
    total: z.number(),
    established: z.number().describe('Whose handshake was seen whole'),
    failed: z.number().describe('Refused, unanswered or reset before they were open'),
    closed: z.number().describe('By FIN from both ends'),
    reset: z.number(),
    retransmissions: z.number(),
    connections: z.array(capturedConnection).describe('Those with trouble first, then by bytes'),
  }),
  datagrams: z.object({ total: z.number(), flows: z.array(capturedDatagrams) }),
  dns_queries: z.array(dnsQuery),
  http_requests: z.array(httpRequest),
  tls_handshakes: z.array(tlsHandshake),
  /** How many there are of each, for the lists are cut. */
  totals: z.object({ dns: z.number(), http: z.number(), tls: z.number(), problems: z.number() }),
  problems_detected: z.array(finding),
  rules: z.object({
    found: z.number(),
    clear: z.number(),
    not_run: z.array(ruleState).describe('Rules that could not be judged, and why'),
  }),
  capture: captureQuality,
  partial: z.boolean().describe('Cut short: by damage, a limit or the end of what captured'),
});
export type CaptureAnalysisResult = z.infer<typeof captureAnalysis>;

export const CAPTURE_STATUSES = ['running', 'completed', 'stopped', 'failed'] as const;
export const STOP_REASONS = [
  'duration',
  'stopped',
  'limit',
  'interface_removed',
  'helper_lost',
  'ssh_lost',
  'disk_full',
  'client_gone',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** One of the files that hold the packets of a capture. */
export const savedFile = z.object({
  file: z.string(),
  bytes: z.number(),
  first_packet: z.number().describe('Number in the capture of its first packet'),
  packets: z.number(),
});
export type SavedFile = z.infer<typeof savedFile>;

/** What start answers, and the head of every status. */
export const captureSession = z.object({
  session_id: z.string(),
  host: z.string(),
  target: z.string(),
  mode: captureMode,
  resolved_mode: captureMode,
  interface: z.string(),
  filter: z.string().describe('Of libpcap, as it runs'),
  resolved_addresses: z.array(z.string()),
  started_at: isoTime,
  ends_at: isoTime,
  save: z.boolean(),
  trigger: z.string().nullable().describe('What starts it; null: at once'),
});
export type CaptureSession = z.infer<typeof captureSession>;

/** `note` says what was not as asked, for example a target that the mode ignores. */
export const captureStarted = captureSession.extend({ note: z.string().nullable(), coverage, source });
export type CaptureStarted = z.infer<typeof captureStarted>;

export const captureStatus = captureSession.extend({
  status: z.enum(CAPTURE_STATUSES),
  stop_reason: z.enum(STOP_REASONS).nullable(),
  /** Why it failed or ended early, in words. */
  problem: z.string().nullable(),
  is_capturing: z.boolean(),
  is_armed: z.boolean().describe('It waits for its trigger; packets are kept for some seconds only'),
  triggered_at: isoTime.nullable(),
  elapsed_s: z.number(),
  remaining_s: z.number(),
  current_packet_count: z.number(),
  saved_file: z.string().nullable().describe('The newest of saved_files'),
  saved_files: z.array(savedFile).describe('Oldest first; beyond 256 MB the oldest made room'),
  analysis: captureAnalysis.nullable().describe('Lists are cut; get_capture_report has the rest. Live while it runs'),
  coverage,
  source,
});
export type CaptureStatus = z.infer<typeof captureStatus>;

/** One packet of a flow, decoded: headers only, never payload. */
export const packetLine = z.object({
  packet: z.number().describe('Number of the frame in the capture'),
  time_ms: z.number().describe('Since the first packet of the capture'),
  from: z.enum(['a', 'b']),
  flags: z.string().describe('Of TCP: S, SA, PA …; empty for datagrams'),
  seq: z.number().nullable().describe('Relative to the first one of its direction'),
  ack: z.number().nullable(),
  length: z.number().describe('Payload bytes'),
  window: z.number().nullable(),
  notes: z.array(z.string()).describe("What the analysis says of it, by Wireshark's names"),
  text: z.string().describe('The packet in one line'),
});
export type PacketLine = z.infer<typeof packetLine>;

export const REPORT_SECTIONS = [
  'overview',
  'findings',
  'connections',
  'datagrams',
  'packets',
  'dns',
  'http',
  'tls',
  'both_ends',
] as const;
export type ReportSection = (typeof REPORT_SECTIONS)[number];

/** What the page lists: a capture or an analysed file, without its analysis. */
export interface CaptureSummary {
  session_id: string;
  kind: 'capture' | 'file';
  status: (typeof CAPTURE_STATUSES)[number];
  stop_reason: StopReason | null;
  problem: string | null;
  title: string;
  mode: CaptureMode | null;
  /** Whose packets they are: localhost is this machine; null for a file. */
  host: string | null;
  interface: string | null;
  started_at: string;
  ends_at: string | null;
  is_armed: boolean;
  trigger: string | null;
  packets: number;
  /** Packets in the last second of the capture; null for files. */
  rate: number | null;
  /** Of a file that is being read. */
  progress: number | null;
  saved_file: string | null;
  saved_bytes: number | null;
  saved_files: SavedFile[];
  verdict: string | null;
  worst: FindingSeverity | null;
}

export const captureFileAnalysis = captureAnalysis.extend({
  session_id: z.string().describe('For get_capture_report'),
  file: z.string(),
  file_bytes: z.number(),
  coverage,
  source,
});
export type CaptureFileAnalysis = z.infer<typeof captureFileAnalysis>;

/** A page of one part of a report. */
export const captureReportPage = z.object({
  session_id: z.string(),
  section: z.enum(REPORT_SECTIONS),
  rows: z.array(z.record(z.string(), z.unknown())).describe('Findings, connections, packets … as the section has them'),
  total: z.number(),
  truncated: z.boolean(),
  next_offset: z.number().nullable(),
  note: z.string().nullable(),
  coverage,
  source,
});
export type CaptureReportPage = z.infer<typeof captureReportPage>;
