import type { CaptureAnalysisResult, CaptureStatus } from '@shared/model/capture';
import { formatBytes, formatClock, formatCount, formatShare } from '@shared/units';
import type { ReactNode } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Panel } from '../../components/Panel';
import { useText } from '../../i18n';

const PROTOCOLS = 10;

const sizeWords = (bytes: number): string => `${formatBytes(bytes).number}\u00a0${formatBytes(bytes).unit}`;

/** Packets by protocol, greatest first; what every packet has says nothing and is left out. */
export function Protocols({ analysis }: { analysis: CaptureAnalysisResult }) {
  const t = useText();
  const { protocols, total_packets } = analysis;
  const rows = Object.entries(protocols)
    .filter(([name, count]) => count > 0 && name !== 'frame' && name !== 'eth')
    .toSorted(([, a], [, b]) => b - a);
  const shown = rows.slice(0, PROTOCOLS);
  return (
    <Panel title={t('report.protocols')} about={t('report.protocols_about')}>
      <ul className="protocols body">
        {shown.map(([name, count]) => (
          <li key={name}>
            <span className="mono">{name}</span>
            <span className="protocol-bar" aria-hidden>
              <b style={{ width: `${total_packets > 0 ? (count / total_packets) * 100 : 0}%` }} />
            </span>
            <span className="r">{formatCount(count)}</span>
            <span className="r muted">{formatShare(total_packets > 0 ? count / total_packets : 0)}</span>
          </li>
        ))}
        {rows.length === 0 && <li className="muted">–</li>}
      </ul>
    </Panel>
  );
}

function Fact({ name, children, bad }: { name: string; children: ReactNode; bad?: boolean }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={bad ? 'warning' : undefined}>{children}</dd>
    </>
  );
}

/** How much of the traffic the capture holds: what findings of missing packets rest on. */
export function Quality({ analysis, status }: { analysis: CaptureAnalysisResult; status: CaptureStatus | null }) {
  const t = useText();
  const { capture, link_type } = analysis;
  const count = (value: number | null): ReactNode =>
    value === null ? <span className="muted">{t('word.unknown')}</span> : formatCount(value);
  return (
    <Panel title={t('report.quality')}>
      <dl className="facts body">
        {status && (
          <Fact name={t('report.capture_filter')}>
            <span className="mono">{status.filter}</span>
          </Fact>
        )}
        {status && status.resolved_addresses.length > 0 && (
          <Fact name={t('report.addresses')}>
            <span className="mono">{status.resolved_addresses.join(' ')}</span>
          </Fact>
        )}
        <Fact name={t('report.received')}>{count(capture.received)}</Fact>
        <Fact name={t('report.dropped_kernel')} bad={(capture.dropped_by_kernel ?? 0) > 0}>
          {count(capture.dropped_by_kernel)}
        </Fact>
        <Fact name={t('report.dropped_interface')} bad={(capture.dropped_by_interface ?? 0) > 0}>
          {count(capture.dropped_by_interface)}
        </Fact>
        <Fact name={t('report.snaplen')}>
          {capture.snaplen_reduced_at !== null
            ? t('report.snaplen_since', { time: formatClock(Date.parse(capture.snaplen_reduced_at)) })
            : capture.snaplen === null || capture.snaplen >= 65_535
              ? t('report.snaplen_whole')
              : formatCount(capture.snaplen)}
        </Fact>
        <Fact name={t('report.truncated')} bad={capture.truncated > 0}>
          {formatCount(capture.truncated)}
        </Fact>
        <Fact name={t('report.malformed')} bad={capture.malformed > 0}>
          {formatCount(capture.malformed)}
        </Fact>
        <Fact name={t('report.evicted')} bad={capture.flows_evicted > 0}>
          {formatCount(capture.flows_evicted)}
        </Fact>
        {capture.other_lookups > 0 && <Fact name={t('report.other_lookups')}>{formatCount(capture.other_lookups)}</Fact>}
        <Fact name={t('report.link_type')}>{link_type ?? <span className="muted">{t('word.unknown')}</span>}</Fact>
        {capture.damage !== null && (
          <Fact name={t('report.damage')} bad>
            {capture.damage}
          </Fact>
        )}
        {status?.saved_files.map(({ file, bytes, first_packet }) => (
          <Fact key={file} name={t('report.saved_file', { first: first_packet, size: sizeWords(bytes) })}>
            <span className="row">
              <span className="mono ellipsis" title={file}>
                {file}
              </span>
              <CopyButton text={file} compact />
            </span>
          </Fact>
        ))}
      </dl>
    </Panel>
  );
}
