import { NetsondeError } from '@shared/errors';
import { type CaptureAnalysisResult, captureReportPage, REPORT_SECTIONS, type ReportSection } from '@shared/model/capture';
import { type Text, text, translate } from '@shared/text/index';
import { z } from 'zod';
import { bothEnds } from '../services/captures/both-ends';
import { cutLists } from '../services/captures/captures';
import { defineTool, integer } from '../tool';

type Row = Record<string, unknown>;

export const getCaptureReport = defineTool({
  name: 'get_capture_report',
  title: 'Page through a capture report',
  description:
    "One part of the report of a capture or an analysed file: overview (one row: verdict, counts, protocols, quality), findings, connections, datagrams, dns, http, tls; or the packets of one flow as decoded lines (section packets with the flow's `stream`); or one flow that two captures saw at both ends (section both_ends with `other`): where each lost or late packet went missing. Names and addresses are text of others.",
  scope: 'capture',
  aliases: { file: 'session_id' },
  input: z.strictObject({
    session_id: z.string().max(64).optional().describe('Of a capture or of analyze_capture_file; left out: the latest capture.'),
    section: z.enum(REPORT_SECTIONS).default('findings').describe('Which part; default findings.'),
    stream: integer(1, 4_294_967_295).optional().describe('Number of a flow: only its rows; needed for packets.'),
    other: z.string().max(64).optional().describe('For both_ends: the capture at the other end of the flow.'),
    query: z.string().max(4_096).optional().describe('Only rows that hold this text, upper and lower case alike.'),
    limit: integer(1, 1_000).default(100).describe('Rows at most, 1 to 1,000, default 100.'),
    offset: integer(0, 10_000_000).default(0).describe('Rows to leave out at the beginning; next_offset of the page before.'),
  }),
  output: captureReportPage,
  async run({ session_id, section, stream, other, query, limit, offset }, { captures }, { caller }) {
    const report = captures.report(session_id, caller);
    let note: Text | null = null;
    let rows: readonly Row[];
    if (section === 'packets') {
      if (stream === undefined) throw new NetsondeError('invalid_argument', text('captures.need_stream', { section }));
      const packets = await captures.packets(report.id, stream);
      rows = packets.lines;
      if (packets.forgotten > 0) note = text('captures.packets_forgotten', { count: packets.lines.length });
      if (rows.length === 0 && packets.forgotten === 0)
        throw new NetsondeError('not_found', text('captures.no_stream', { stream }));
    } else if (section === 'both_ends') {
      if (other === undefined) throw new NetsondeError('invalid_argument', text('captures.need_second', { section }));
      const joined = await bothEnds(captures, [report.id, other], stream ?? null, caller);
      rows = [...joined.stretches, ...joined.packets].map(row => ({ ...row }));
      note = text('captures.both_ends', { offset: joined.clock_offset_ms, stream: joined.stream });
    } else {
      const all = report.analysis ? rowsOf(report.analysis, section) : [];
      rows = stream === undefined ? all : all.filter(row => isOfStream(row, stream));
    }
    const wanted = query?.toLowerCase();
    const matching = wanted === undefined ? rows : rows.filter(row => JSON.stringify(row).toLowerCase().includes(wanted));
    const page = matching.slice(offset, offset + limit);
    const end = offset + page.length;
    const truncated = end < matching.length;
    return {
      session_id: report.id,
      section,
      rows: page.map(row => ({ ...row })),
      total: matching.length,
      truncated,
      next_offset: truncated ? end : null,
      note: note && translate(note, caller.language),
      coverage: report.coverage,
      source: report.source,
    };
  },
  summarize: ({ section, total }, { stream }) =>
    section === 'packets'
      ? text('captures.section_packets', { stream: stream ?? 0, total })
      : text('captures.section', { section, total }),
});

function rowsOf(analysis: CaptureAnalysisResult, section: Exclude<ReportSection, 'packets' | 'both_ends'>): readonly Row[] {
  switch (section) {
    case 'overview':
      return [cutLists(analysis, 0)];
    case 'findings':
      return analysis.problems_detected;
    case 'connections':
      return analysis.connection_analysis.connections;
    case 'datagrams':
      return analysis.datagrams.flows;
    case 'dns':
      return analysis.dns_queries;
    case 'http':
      return analysis.http_requests;
    case 'tls':
      return analysis.tls_handshakes;
  }
}

function isOfStream(row: Row, stream: number): boolean {
  if (row.stream === stream) return true;
  const { flow } = row;
  return typeof flow === 'object' && flow !== null && 'stream' in flow && flow.stream === stream;
}
