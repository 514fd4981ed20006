import type { CaptureAnalysisResult, CapturedConnection } from '../model/capture';
import { type Language, type TextParams, text, translate } from '../text/index';
import { formatBytes } from '../units';

/** A table of a report: the same in Markdown, HTML and on a terminal. */
export interface ReportTable {
  title: string;
  columns: string[];
  rows: string[][];
  /** Rows there are; more than shown when the table is cut. */
  total: number;
}

/** Rows of each table of an exported report. */
const MAX_ROWS = 200;

export type Say = (key: Parameters<typeof text>[0], params?: TextParams) => string;

export function sayIn(language: Language): Say {
  return (key, params = {}) => translate(text(key, params), language);
}

export const endText = ({ addr, port }: { addr: string; port: number }): string =>
  addr.includes(':') ? `[${addr}]:${port}` : `${addr}:${port}`;

export const msText = (ms: number | null): string =>
  ms === null ? '' : ms >= 1_000 ? `${(ms / 1_000).toPrecision(3)} s` : `${Number(ms.toPrecision(3))} ms`;

const bytesText = (bytes: number): string => {
  const { number, unit } = formatBytes(bytes);
  return `${number} ${unit}`;
};

/** Facts about the capture, as name and value. */
export function overviewRows(analysis: CaptureAnalysisResult, say: Say): [string, string][] {
  const { capture } = analysis;
  const count = (value: number | null): string => (value === null ? say('report.unknown') : String(value));
  return [
    [say('report.packets'), String(analysis.total_packets)],
    [say('report.bytes'), bytesText(analysis.total_bytes)],
    [say('report.began'), analysis.first ?? say('report.unknown')],
    [say('report.duration'), `${analysis.duration_s} s`],
    [say('report.link'), analysis.link_type ?? say('report.unknown')],
    [say('report.received'), count(capture.received)],
    [say('report.dropped_kernel'), count(capture.dropped_by_kernel)],
    [say('report.dropped_interface'), count(capture.dropped_by_interface)],
    [say('report.truncated'), String(capture.truncated)],
    [say('report.malformed'), String(capture.malformed)],
    [say('report.evicted'), String(capture.flows_evicted)],
    ...(capture.other_lookups === 0
      ? []
      : [[say('report.other_lookups'), String(capture.other_lookups)] satisfies [string, string]]),
    ...(capture.damage === null ? [] : [[say('report.damage'), capture.damage] satisfies [string, string]]),
  ];
}

/** The tables of a report that have rows. */
export function reportTables(analysis: CaptureAnalysisResult, say: Say): ReportTable[] {
  const { connection_analysis, datagrams, dns_queries, http_requests, tls_handshakes, totals, protocols } = analysis;
  const process = ({ program, pid }: { program: string | null; pid: number | null }): string =>
    program === null ? '' : `${program} (${pid})`;
  const table = <Row>(
    title: string,
    rows: readonly Row[],
    total: number,
    columns: [string, (row: Row) => string][],
  ): ReportTable => ({
    title,
    columns: columns.map(([name]) => name),
    rows: rows.slice(0, MAX_ROWS).map(row => columns.map(([, value]) => value(row))),
    total,
  });
  const tables: ReportTable[] = [
    table(say('report.connections'), connection_analysis.connections, connection_analysis.total, [
      ['#', row => String(row.stream)],
      [say('report.client'), row => endText(row.a)],
      [say('report.server'), row => endText(row.b)],
      [say('report.name'), row => row.name ?? ''],
      [say('report.state'), row => row.state],
      [say('report.bytes'), row => bytesText(row.bytes_ab + row.bytes_ba)],
      [say('report.rtt'), row => msText(row.initial_rtt_ms)],
      [say('report.retransmissions'), (row: CapturedConnection) => String(row.retransmissions)],
      [say('report.process'), process],
    ]),
    table(say('report.datagrams'), datagrams.flows, datagrams.total, [
      ['#', row => String(row.stream)],
      [say('report.client'), row => endText(row.a)],
      [say('report.server'), row => endText(row.b)],
      [say('report.protocols'), row => row.protocol ?? ''],
      [say('report.packets'), row => `${row.packets_ab} / ${row.packets_ba}`],
      [say('report.bytes'), row => bytesText(row.bytes_ab + row.bytes_ba)],
      [say('report.process'), process],
    ]),
    table(say('report.dns'), dns_queries, totals.dns, [
      [say('report.name'), row => row.name],
      [say('report.type'), row => row.type ?? ''],
      [say('report.server'), row => row.server],
      [say('report.answer'), row => (row.rcode === null ? say('report.no_answer') : [row.rcode, ...row.answers].join(' '))],
      [say('report.time'), row => msText(row.response_ms)],
    ]),
    table(say('report.http'), http_requests, totals.http, [
      [say('report.method'), row => row.method ?? ''],
      [say('report.name'), row => row.host ?? row.server],
      [say('report.path'), row => row.path ?? ''],
      [say('report.status'), row => (row.status === null ? say('report.no_answer') : String(row.status))],
      [say('report.time'), row => msText(row.response_ms)],
    ]),
    table(say('report.tls'), tls_handshakes, totals.tls, [
      [say('report.name'), row => row.sni ?? ''],
      [say('report.server'), row => endText(row.server)],
      [say('report.version'), row => [row.version, row.transport === 'tcp' ? '' : row.transport].filter(Boolean).join(' ')],
      [say('report.time'), row => msText(row.handshake_ms)],
      [say('report.status'), row => row.alert ?? ''],
    ]),
    table(say('report.protocols'), Object.entries(protocols), Object.keys(protocols).length, [
      [say('report.name'), ([name]) => name],
      [say('report.packets'), ([, packets]) => String(packets)],
    ]),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}
