import type { InterfaceSample, NetworkInterface } from '@shared/model/interface';
import { formatCount, formatShare } from '@shared/units';
import type { ReactNode } from 'react';
import { type Figure, Figures } from '../../components/Figures';
import { CounterSource } from '../../components/SourceWords';
import { useText } from '../../i18n';
import { sumOf } from '../../store/interfaces';
import { selectTop, useTop } from './top-store';

interface TrafficFiguresProps {
  samples: readonly InterfaceSample[];
  details: NetworkInterface | null;
}

/** Bytes of an Ethernet header with a VLAN tag: counted by the interface, not by its MTU. */
const LINK_HEADER = 18;

export function TrafficFigures({ samples, details }: TrafficFiguresProps) {
  const t = useText();
  const newest = samples.at(-1);
  const source = <CounterSource newest={newest} />;
  const shown = (value: number | null | undefined): ReactNode =>
    value == null ? <span className="muted">–</span> : value < 0.5 ? <span className="zero">0</span> : formatCount(value);
  const meanSize = (rate: number | null | undefined, packets: number | null | undefined): number | null =>
    rate == null || packets == null || packets < 0.5 ? null : rate / 8 / packets;
  const meanIn = meanSize(newest?.rx_rate_bps, newest?.rx_packet_rate);
  const merged = meanIn !== null && details?.mtu != null && meanIn > details.mtu + LINK_HEADER;
  const sinceBoot = (count: number | null): string | undefined =>
    count === null ? undefined : t('interface.since_boot', { count: formatCount(count) });
  const boot = details?.since_boot ?? null;
  const share = useTop(state => selectTop(state).event?.unattributed_share ?? null);
  const topBackend = useTop(state => selectTop(state).event?.backend ?? null);
  const figures: Figure[] = [
    {
      id: 'packets-in',
      label: t('figure.packets_in'),
      value: shown(newest?.rx_packet_rate),
      unit: newest?.rx_packet_rate == null ? undefined : '/s',
      source,
    },
    {
      id: 'packets-out',
      label: t('figure.packets_out'),
      value: shown(newest?.tx_packet_rate),
      unit: newest?.tx_packet_rate == null ? undefined : '/s',
      source,
    },
    {
      id: 'mean-in',
      label: t('figure.mean_in'),
      value: shown(meanIn),
      unit: 'B',
      more: t(merged ? 'figure.merged' : 'figure.last_second'),
      source: merged ? (
        <>
          {source}
          <br />
          {t('figure.offload')}
        </>
      ) : (
        source
      ),
    },
    {
      id: 'errors',
      label: t('figure.errors'),
      value: shown(samples.length === 0 ? null : sumOf(samples, 'rx_errors', 'tx_errors')),
      more: sinceBoot(boot && boot.rx_errors + boot.tx_errors),
      source,
    },
    {
      id: 'drops',
      label: t('figure.drops'),
      value: shown(samples.length === 0 ? null : sumOf(samples, 'rx_dropped', 'tx_dropped')),
      more: sinceBoot(boot && boot.rx_dropped + boot.tx_dropped),
      source,
    },
    {
      id: 'unattributed',
      label: t('figure.unattributed'),
      value:
        share === null ? (
          <span className="muted">–</span>
        ) : share === 0 ? (
          <span className="zero">0</span>
        ) : (
          formatShare(share).replace(' %', '')
        ),
      unit: share === null ? undefined : '%',
      more: topBackend === null ? undefined : t('figure.of_payload'),
      source: topBackend === null ? t('source.none') : t('source.backend', { backend: topBackend }),
    },
  ];
  return <Figures figures={figures} label={t('figure.label')} />;
}
