import type { StreamMap } from '@shared/bridge';
import type {
  CaptureAnalysisResult,
  CaptureReportPage,
  CaptureStatus,
  CaptureSummary,
  PacketLine,
  ReportSection,
} from '@shared/model/capture';
import type { Source } from '@shared/model/source';
import { useCallback, useEffect, useState } from 'react';
import { useLanguage } from '../../i18n';
import { useCaptures } from '../../store/captures';
import { useStream } from '../../store/use-stream';
import { callTool, failureOf, type ToolFailure, useTool } from '../../store/use-tool';

const PAGE_ROWS = 1_000;
/** What a screen shows, so that it has not to wait for the rest. */
const FIRST_ROWS = 100;
/** Rows of a section that the engine keeps. */
const MOST_ROWS = 10_000;
/** Of a running capture only the first page is asked for again each second. */
const LIVE_ROWS = PAGE_ROWS;

export interface Report {
  summary: CaptureSummary | null;
  /** Of captures; null for files. */
  status: CaptureStatus | null;
  /** With its findings, of a capture the first hundred; rows have calls of their own. */
  analysis: CaptureAnalysisResult | null;
  source: Source | null;
  live: boolean;
  /** The engine knows no such report. */
  missing: boolean;
  failure: ToolFailure | null;
}

/** A report as it stands, running or ended, of a capture or of a file. */
export function useReport(session: string): Report {
  const summary = useCaptures(state => state.captures.find(({ session_id }) => session_id === session) ?? null);
  const ready = useCaptures(state => state.ready);
  const [status, setStatus] = useState<CaptureStatus | null>(null);
  const receive = useCallback((event: StreamMap['capture']['event']) => setStatus(event), []);
  const language = useLanguage();
  const kind = summary?.kind ?? null;
  useStream('capture', kind === 'capture' ? { session_id: session, language } : null, receive);
  const isRead = kind === 'file' && summary?.status !== 'running';
  const overview = useTool<CaptureReportPage>('get_capture_report', isRead ? { session_id: session, section: 'overview' } : null);
  const findings = useTool<CaptureReportPage>(
    'get_capture_report',
    isRead ? { session_id: session, section: 'findings', limit: PAGE_ROWS } : null,
  );
  const own = status?.session_id === session ? status : null;
  if (kind !== 'file') {
    return {
      summary,
      status: own,
      analysis: own?.analysis ?? null,
      source: own?.source ?? null,
      live: own?.is_capturing ?? false,
      missing: ready && summary === null,
      failure: null,
    };
  }
  // The schema of the tool: overview has one row, an analysis, and findings has findings.
  const row = overview.data?.rows[0] as CaptureAnalysisResult | undefined;
  const problems = findings.data?.rows as CaptureAnalysisResult['problems_detected'] | undefined;
  return {
    summary,
    status: null,
    analysis: row && problems ? { ...row, problems_detected: problems } : null,
    source: overview.data?.source ?? null,
    live: false,
    missing: false,
    failure: overview.failure ?? findings.failure,
  };
}

interface Rows<Row> {
  rows: readonly Row[];
  total: number;
  note: string | null;
  /** growing: the first rows are here, the others are on their way. */
  state: 'loading' | 'growing' | 'done' | 'failed';
  failure: ToolFailure | null;
}

interface Asked {
  session: string;
  section: ReportSection;
  stream?: number;
  most?: number;
}

type Read<Row> = Pick<Rows<Row>, 'rows' | 'total' | 'note'>;

/** Every row of a section, page by page. @param onPage told of what is there while more comes @throws ToolFailure */
export async function readSection<Row>(
  { session, section, stream, most = MOST_ROWS }: Asked,
  signal: AbortSignal,
  onPage?: (soFar: Read<Row>) => void,
): Promise<Read<Row>> {
  const rows: Row[] = [];
  let offset: number | null = 0;
  let total = 0;
  let note: string | null = null;
  while (offset !== null && rows.length < most) {
    const reply: Awaited<ReturnType<typeof callTool<CaptureReportPage>>> = await callTool<CaptureReportPage>(
      'get_capture_report',
      {
        session_id: session,
        section,
        limit: onPage && offset === 0 && stream === undefined ? FIRST_ROWS : PAGE_ROWS,
        offset,
        ...(stream === undefined ? {} : { stream }),
      },
      signal,
    );
    if (!reply.success) throw failureOf(reply);
    // The engine has checked the rows by the schema of their section.
    rows.push(...(reply.data.rows as Row[]));
    ({ total, note, next_offset: offset } = reply.data);
    if (offset !== null && rows.length < most) onPage?.({ rows: [...rows], total, note });
  }
  return { rows, total, note };
}

const NOTHING = { rows: [], total: 0, note: null, state: 'loading', failure: null } as const;

/** Rows of a section; kept while newer ones are asked for. @param version changes when there are others */
function useRows<Row>(asked: Asked | null, version: number, live: boolean): Rows<Row> {
  const [held, setHeld] = useState<{ key: string; rows: Rows<Row> } | null>(null);
  const key = asked === null ? null : JSON.stringify(asked);
  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    // Made from a value of this type above.
    const question = JSON.parse(key) as Asked;
    const grow = (soFar: Read<Row>): void => {
      if (abort.signal.aborted) return;
      // Rows of before stay until there are as many again.
      setHeld(held =>
        held?.key === key && held.rows.rows.length > soFar.rows.length
          ? held
          : { key, rows: { ...soFar, state: 'growing', failure: null } },
      );
    };
    readSection<Row>({ ...question, ...(live ? { most: LIVE_ROWS } : {}) }, abort.signal, grow).then(
      found => setHeld({ key, rows: { ...found, state: 'done', failure: null } }),
      (thrown: unknown) => {
        if (abort.signal.aborted) return;
        const failure = thrown as ToolFailure; // readSection throws nothing else
        setHeld({ key, rows: { ...NOTHING, state: 'failed', failure } });
      },
    );
    return () => abort.abort();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the version asks once more
  }, [key, version, live]);
  return held !== null && held.key === key ? held.rows : NOTHING;
}

export function useSection<Row>(session: string, section: ReportSection, version: number, live: boolean): Rows<Row> {
  return useRows<Row>({ session, section }, version, live);
}

/** The kept packets of a flow. @param stream null: of none */
export function useFlowPackets(session: string, stream: number | null, version: number, live: boolean): Rows<PacketLine> {
  return useRows<PacketLine>(stream === null ? null : { session, section: 'packets', stream }, version, live);
}

/** Flows that are asked one by one whether a packet is theirs; fewer where nobody has asked for it. */
const MOST_ASKED = 50;
const MOST_TRIED = 5;

/**
 * The flow that holds a packet.
 * @param streams those of the finding; without any it is looked for in what was said, then in the flows with most trouble
 * @returns the first of them where the packet is not kept any more; null: none is known
 */
export async function flowOfPacket(
  session: string,
  streams: readonly number[],
  packet: number,
  most = MOST_ASKED,
): Promise<number | null> {
  const [first = null, second] = streams;
  if (first !== null && second === undefined) return first;
  const ask = async (input: object): Promise<readonly Record<string, unknown>[]> => {
    const reply = await callTool<CaptureReportPage>('get_capture_report', { session_id: session, limit: MOST_ASKED, ...input });
    return reply.success ? reply.data.rows : [];
  };
  const candidates = [...streams];
  for (const section of first === null ? (['http', 'tls', 'connections', 'datagrams'] as const) : []) {
    const isSaid = section === 'http' || section === 'tls';
    for (const row of await ask({ section, ...(isSaid ? { query: `_frame":${packet}` } : {}) })) {
      const { stream, request_frame, response_frame, client_hello_frame } = row;
      if (typeof stream !== 'number') continue;
      if (!isSaid) candidates.push(stream);
      // The text also stands in greater numbers that begin with it.
      else if ([request_frame, response_frame, client_hello_frame].includes(packet)) return stream;
    }
  }
  for (const stream of candidates.slice(0, most)) {
    // A row as the engine compares it: its number stands first.
    if ((await ask({ section: 'packets', stream, query: `{"packet":${packet},`, limit: 1 })).length > 0) return stream;
  }
  return first;
}

/** The flow to show for a problem: its own, else the one that holds its first packet. */
export function useStreamOf(session: string, own: number | null, packet: number | null): number | null {
  const [found, setFound] = useState<{ packet: number; stream: number | null } | null>(null);
  const asked = own === null ? packet : null;
  useEffect(() => {
    if (asked === null) return;
    let gone = false;
    void flowOfPacket(session, [], asked, MOST_TRIED).then(stream => !gone && setFound({ packet: asked, stream }));
    return () => {
      gone = true;
    };
  }, [session, asked]);
  return own ?? (found !== null && found.packet === packet ? found.stream : null);
}

/** A report with all of its rows, for exports and comparisons. @throws ToolFailure */
export async function readWhole(session: string, signal: AbortSignal): Promise<CaptureAnalysisResult> {
  const all = async <Row>(section: ReportSection): Promise<Row[]> => [
    ...(await readSection<Row>({ session, section }, signal)).rows,
  ];
  const [overview] = await all<CaptureAnalysisResult>('overview');
  if (!overview) throw { code: 'not_found', message: session, hint: '' } satisfies ToolFailure;
  return {
    ...overview,
    problems_detected: await all('findings'),
    connection_analysis: { ...overview.connection_analysis, connections: await all('connections') },
    datagrams: { ...overview.datagrams, flows: await all('datagrams') },
    dns_queries: await all('dns'),
    http_requests: await all('http'),
    tls_handshakes: await all('tls'),
  };
}
