import type { InterfaceSample, NetworkInterface } from '@shared/model/interface';
import { formatRate, formatShare } from '@shared/units';
import { rateInWords } from '../../components/Quantity';
import type { Gap } from '../../components/rate-chart-data';
import { useText } from '../../i18n';
import { selectRateUnit, useSettings } from '../../store/settings';
import { selectTop, useTop } from './top-store';

interface TrafficVerdictProps {
  iface: string | null;
  newest: InterfaceSample | undefined;
  details: NetworkInterface | null;
  missing: boolean;
  gaps: readonly Gap[];
}

/** What the interface carries, who most of it, and what was not measured. */
export function TrafficVerdict({ iface, newest, details, missing, gaps }: TrafficVerdictProps) {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const connections = useTop(state => selectTop(state).event?.connections);
  const unattributed = useTop(state => selectTop(state).event?.unattributed_share);
  if (missing) return <>{t('traffic.missing', { iface: iface ?? '' })}</>;
  if (newest?.rx_rate_bps == null || newest.tx_rate_bps === null) return <>{t('traffic.waiting', { iface: iface ?? '–' })}</>;
  const rates = {
    iface: newest.interface,
    in: rateInWords(newest.rx_rate_bps, unit),
    out: rateInWords(newest.tx_rate_bps, unit),
  };
  const sentences: string[] = [];
  if (details?.speed_mbps) {
    const speedBps = details.speed_mbps * 1e6;
    const link = formatRate(speedBps, 'bit');
    const share = formatShare(Math.max(newest.rx_rate_bps, newest.tx_rate_bps) / speedBps);
    sentences.push(t('traffic.carries_link', { ...rates, share, link: `${link.number.replace(/\.0+$/, '')} ${link.unit}` }));
  } else sentences.push(t('traffic.carries', rates));

  const carried = newest.rx_rate_bps + newest.tx_rate_bps;
  const program = connections?.[0]?.program ?? '-';
  if (connections && program !== '-' && carried > 0) {
    const rate = connections
      .filter(row => row.program === program)
      .reduce((sum, { rx_rate, tx_rate }) => sum + rx_rate + tx_rate, 0);
    // Sockets and interface are not read at the same instant: what belongs to nobody known is never given to a process.
    const share = Math.min(1 - (unattributed ?? 0), (rate * 1e6) / carried);
    sentences.push(t('traffic.busiest', { program, share: formatShare(share) }));
  }
  if (gaps.length > 0) {
    const seconds = Math.round(gaps.reduce((sum, { from, to }) => sum + to - from, 0));
    sentences.push(t('traffic.gaps', { count: gaps.length, seconds }));
  }
  return <>{sentences.join(t('word.sentence_gap'))}</>;
}
