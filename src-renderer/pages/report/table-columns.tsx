import type { CapturedConnection, CapturedDatagrams, DnsQuery, HttpRequest, TlsHandshakeRow } from '@shared/model/capture';
import { formatClock, formatCount, formatEndpoint } from '@shared/units';
import type { ReactNode } from 'react';
import { ProgramLink } from '../../components/Program';
import { Bytes, Count } from '../../components/Quantity';
import type { Translate } from '../../i18n';
import { connStateWords, namedEnd, timeWords } from './report-words';

export const TABS = ['connections', 'datagrams', 'dns', 'http', 'tls'] as const;
export type Tab = (typeof TABS)[number];

export interface RowOf {
  connections: CapturedConnection;
  datagrams: CapturedDatagrams;
  dns: DnsQuery;
  http: HttpRequest;
  tls: TlsHandshakeRow;
}

/** A column of a report's table; `value` sorts, is copied and exported. */
export interface ReportColumn<Row> {
  id: string;
  title: string;
  width: string;
  align?: 'right';
  low?: boolean;
  value: (row: Row) => string | number | null;
  render?: (row: Row) => ReactNode;
}

/** The address gives way in its middle; what tells hosts of a network apart stays, and the port. */
const end = ({ addr, port }: { addr: string; port: number }): ReactNode => {
  const shown = formatEndpoint(addr, port);
  const portAt = shown.lastIndexOf(':');
  const colon = addr.includes(':') ? shown.lastIndexOf(':', portAt - 1) : portAt;
  return (
    <span className="mono end" title={formatEndpoint(addr, port, false)}>
      <span className="ellipsis">{shown.slice(0, colon)}</span>
      <span>{shown.slice(colon)}</span>
    </span>
  );
};
const endText = ({ addr, port }: { addr: string; port: number }): string => formatEndpoint(addr, port, false);
const none = <span className="muted">–</span>;
const took = (ms: number | null): ReactNode => (ms === null ? none : <span className="nowrap">{timeWords(ms)}</span>);
const clock = (iso: string | null): ReactNode =>
  iso === null ? none : <span title={iso}>{formatClock(Date.parse(iso), true)}</span>;

function timeColumn<Row extends { time: string | null }>(t: Translate): ReportColumn<Row> {
  return {
    id: 'time',
    title: t('report.time'),
    width: '118px',
    low: true,
    value: ({ time }) => time,
    render: ({ time }) => clock(time),
  };
}

function tookColumn<Row>(t: Translate, msOf: (row: Row) => number | null): ReportColumn<Row> {
  return {
    id: 'took',
    title: t('report.took'),
    width: '86px',
    align: 'right',
    value: msOf,
    render: row => took(msOf(row)),
  };
}

type Owned = Pick<CapturedConnection, 'program' | 'pid' | 'attribution'>;

function owner<Row extends Owned>(t: Translate): ReportColumn<Row> {
  return {
    id: 'program',
    title: t('report.process'),
    width: 'minmax(96px, 0.8fr)',
    low: true,
    value: ({ program }) => program,
    render: ({ program, pid }) => (program === null ? none : <ProgramLink name={program} pid={pid} inGrid />),
  };
}

function connections(t: Translate): ReportColumn<CapturedConnection>[] {
  const count = (
    id: 'retransmissions' | 'zero_window' | 'resets',
    title: string,
    low = false,
  ): ReportColumn<CapturedConnection> => ({
    id,
    title,
    width: '86px',
    align: 'right',
    low,
    value: row => row[id],
    render: row => <Count value={row[id]} format={formatCount} />,
  });
  return [
    { id: 'stream', title: '#', width: '64px', align: 'right', value: ({ stream }) => stream },
    {
      id: 'a',
      title: t('report.client'),
      width: 'minmax(136px, 1.4fr)',
      value: ({ a }) => endText(a),
      render: ({ a }) => end(a),
    },
    {
      id: 'b',
      title: t('report.server'),
      width: 'minmax(150px, 1.6fr)',
      value: ({ b, name }) => (name === null ? endText(b) : namedEnd(name, b.port)),
      render: ({ b, name }) => (name === null ? end(b) : <span title={endText(b)}>{namedEnd(name, b.port)}</span>),
    },
    // Where there is no room for all, whose it is goes last of those that may go.
    owner(t),
    {
      id: 'state',
      title: t('report.state'),
      width: 'minmax(84px, 1fr)',
      value: ({ state }) => state,
      render: ({ state }) => (
        <span title={connStateWords(t, state)}>
          <span className="mono">{state}</span> <span className="muted">{connStateWords(t, state)}</span>
        </span>
      ),
    },
    {
      id: 'protocol',
      title: t('report.protocol'),
      width: '76px',
      low: true,
      value: ({ protocol }) => protocol,
      render: ({ protocol }) => protocol ?? none,
    },
    {
      id: 'bytes',
      title: t('report.bytes'),
      width: '86px',
      align: 'right',
      value: row => row.bytes_ab + row.bytes_ba,
      render: row => <Bytes bytes={row.bytes_ab + row.bytes_ba} />,
    },
    {
      id: 'rtt',
      title: t('report.rtt'),
      width: '86px',
      align: 'right',
      value: row => row.initial_rtt_ms,
      render: row => took(row.initial_rtt_ms),
    },
    count('retransmissions', t('report.sent_again')),
    {
      id: 'duration',
      title: t('report.duration'),
      width: '86px',
      align: 'right',
      low: true,
      value: row => row.duration_ms,
      render: row => took(row.duration_ms),
    },
  ];
}

function datagrams(t: Translate): ReportColumn<CapturedDatagrams>[] {
  return [
    { id: 'stream', title: '#', width: '64px', align: 'right', value: ({ stream }) => stream },
    { id: 'a', title: t('report.client'), width: 'minmax(150px, 1fr)', value: ({ a }) => endText(a), render: ({ a }) => end(a) },
    { id: 'b', title: t('report.server'), width: 'minmax(150px, 1fr)', value: ({ b }) => endText(b), render: ({ b }) => end(b) },
    {
      id: 'protocol',
      title: t('report.protocol'),
      width: '86px',
      value: ({ protocol }) => protocol,
      render: ({ protocol }) => protocol ?? none,
    },
    {
      id: 'sent',
      title: t('report.to_server'),
      width: '86px',
      align: 'right',
      value: row => row.packets_ab,
      render: row => <Count value={row.packets_ab} format={formatCount} />,
    },
    {
      id: 'received',
      title: t('report.from_server'),
      width: '86px',
      align: 'right',
      value: row => row.packets_ba,
      render: row => <Count value={row.packets_ba} format={formatCount} />,
    },
    {
      id: 'bytes',
      title: t('report.bytes'),
      width: '86px',
      align: 'right',
      value: row => row.bytes_ab + row.bytes_ba,
      render: row => <Bytes bytes={row.bytes_ab + row.bytes_ba} />,
    },
    {
      id: 'duration',
      title: t('report.duration'),
      width: '86px',
      align: 'right',
      low: true,
      value: row => row.duration_ms,
      render: row => took(row.duration_ms),
    },
    owner(t),
  ];
}

function dns(t: Translate): ReportColumn<DnsQuery>[] {
  return [
    timeColumn(t),
    { id: 'name', title: t('report.name'), width: 'minmax(180px, 1.6fr)', value: ({ name }) => name },
    { id: 'type', title: t('report.type'), width: '66px', value: ({ type }) => type, render: ({ type }) => type ?? none },
    { id: 'client', title: t('report.client'), width: 'minmax(110px, 0.8fr)', low: true, value: ({ client }) => client },
    { id: 'server', title: t('report.server'), width: 'minmax(110px, 0.8fr)', value: ({ server }) => server },
    {
      id: 'answer',
      title: t('report.answer'),
      width: 'minmax(150px, 1.4fr)',
      value: ({ rcode, answers }) => (rcode === null ? null : [rcode, ...answers].join(' ')),
      render: ({ rcode, answers }) => (
        <span title={answers.join('\n')}>
          <span className={rcode === null ? 'warning' : rcode === 'NOERROR' ? 'muted' : 'warning'}>
            {rcode ?? t('report.no_answer')}
          </span>{' '}
          <span className="mono">{answers.join(' ')}</span>
        </span>
      ),
    },
    tookColumn(t, row => row.response_ms),
  ];
}

function http(t: Translate): ReportColumn<HttpRequest>[] {
  return [
    timeColumn(t),
    {
      id: 'method',
      title: t('report.method'),
      width: '74px',
      value: ({ method }) => method,
      render: ({ method }) => method ?? none,
    },
    { id: 'host', title: t('report.server'), width: 'minmax(150px, 1fr)', value: ({ host, server }) => host ?? server },
    {
      id: 'path',
      title: t('report.path'),
      width: 'minmax(170px, 2fr)',
      value: ({ path }) => path,
      render: ({ path }) => (
        <span className="mono" title={path ?? undefined}>
          {path ?? ''}
        </span>
      ),
    },
    {
      id: 'status',
      title: t('report.status'),
      width: '92px',
      value: ({ status }) => status,
      render: ({ status }) => (
        <span className={status === null || status >= 400 ? 'warning' : undefined}>{status ?? t('report.no_answer')}</span>
      ),
    },
    tookColumn(t, row => row.response_ms),
  ];
}

function tls(t: Translate): ReportColumn<TlsHandshakeRow>[] {
  return [
    timeColumn(t),
    {
      id: 'sni',
      title: t('report.name'),
      width: 'minmax(160px, 1.4fr)',
      value: ({ sni }) => sni,
      render: ({ sni }) => sni ?? none,
    },
    {
      id: 'server',
      title: t('report.server'),
      width: 'minmax(150px, 1fr)',
      value: ({ server }) => endText(server),
      render: ({ server }) => end(server),
    },
    {
      id: 'version',
      title: t('report.version'),
      width: 'minmax(96px, 0.7fr)',
      value: ({ version, transport }) => [version, transport === 'tcp' ? null : transport].filter(Boolean).join(' ') || null,
      render: ({ version, transport, alpn, cipher }) => (
        <span title={[cipher, alpn].filter(Boolean).join(' · ')}>
          {version ?? '–'} <span className="muted">{transport === 'tcp' ? alpn : transport}</span>
        </span>
      ),
    },
    {
      id: 'certificate',
      title: t('report.certificate'),
      width: 'minmax(104px, 0.8fr)',
      low: true,
      value: ({ certificate }) => certificate?.not_after ?? null,
      render: ({ certificate }) =>
        certificate === null ? (
          none
        ) : (
          <span title={`${certificate.subject} · ${certificate.issuer}`}>{certificate.not_after.slice(0, 10)}</span>
        ),
    },
    {
      id: 'alert',
      title: t('report.alert'),
      width: 'minmax(90px, 0.8fr)',
      value: ({ alert }) => alert,
      render: ({ alert }) => (alert === null ? '' : <span className="warning">{alert}</span>),
    },
    tookColumn(t, row => row.handshake_ms),
  ];
}

export const REPORT_COLUMNS: { [Name in Tab]: (t: Translate) => ReportColumn<RowOf[Name]>[] } = {
  connections,
  datagrams,
  dns,
  http,
  tls,
};
