import type { InterfaceSample } from '@shared/model/interface';
import type { Source } from '@shared/model/source';
import { formatClock, formatCount, formatShare } from '@shared/units';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Figure, Figures } from '../../components/Figures';
import { rateInWords, useRateParts } from '../../components/Quantity';
import { CounterSource, SourceWords } from '../../components/SourceWords';
import { useText } from '../../i18n';
import type { Totals } from '../../store/aggregate';
import { peakOf, sumOf } from '../../store/interfaces';
import { selectRateUnit, useSettings } from '../../store/settings';

interface OverviewFiguresProps {
  /** The last five minutes */
  total: readonly InterfaceSample[];
  counted: readonly string[];
  totals: Totals;
  socketSource: Source | null;
  haveSockets: boolean;
}

export function OverviewFigures({ total, counted, totals, socketSource, haveSockets }: OverviewFiguresProps) {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const newest = total.at(-1);
  const rx = useRateParts(newest?.rx_rate_bps ?? null);
  const tx = useRateParts(newest?.tx_rate_bps ?? null);
  const unknown: ReactNode = <span className="muted">–</span>;

  const peak = (direction: 'rx_rate_bps' | 'tx_rate_bps'): string | undefined => {
    const found = peakOf(total, direction);
    return found
      ? t('figure.peak', { rate: rateInWords(found.value, unit), at: formatClock(found.at_ms).slice(0, 5) })
      : undefined;
  };
  const packets =
    newest?.rx_packet_rate == null || newest.tx_packet_rate === null ? null : newest.rx_packet_rate + newest.tx_packet_rate;
  const errors = total.length === 0 ? null : sumOf(total, 'rx_errors', 'tx_errors');
  const drops = total.length === 0 ? null : sumOf(total, 'rx_dropped', 'tx_dropped');
  const counters = (
    <>
      <CounterSource newest={newest} />
      <br />
      {t('figure.counted', { list: counted.join(', ') || '–' })}
    </>
  );
  const sockets = <SourceWords source={socketSource} />;
  const count = (value: number | null): ReactNode =>
    value === null ? unknown : value === 0 ? <span className="zero">0</span> : formatCount(value);

  const figures: Figure[] = [
    {
      id: 'receive',
      label: (
        <>
          <ArrowDown size={12} className="rx" aria-hidden /> {t('figure.receive')}
        </>
      ),
      value: rx ? (
        <span className={rx.zero ? 'zero' : undefined} title={rx.exact}>
          {rx.number}
        </span>
      ) : (
        unknown
      ),
      unit: rx?.unit,
      more: peak('rx_rate_bps'),
      source: counters,
    },
    {
      id: 'transmit',
      label: (
        <>
          <ArrowUp size={12} className="tx" aria-hidden /> {t('figure.transmit')}
        </>
      ),
      value: tx ? (
        <span className={tx.zero ? 'zero' : undefined} title={tx.exact}>
          {tx.number}
        </span>
      ) : (
        unknown
      ),
      unit: tx?.unit,
      more: peak('tx_rate_bps'),
      source: counters,
    },
    {
      id: 'packets',
      label: t('figure.packets'),
      value: count(packets),
      unit: packets === null ? undefined : '/s',
      more:
        newest?.rx_packet_rate == null
          ? undefined
          : t('figure.in_out', { in: formatCount(newest.rx_packet_rate), out: formatCount(newest.tx_packet_rate ?? 0) }),
      source: counters,
    },
    {
      id: 'sockets',
      label: t('figure.sockets'),
      value: haveSockets ? count(totals.open) : unknown,
      more: haveSockets
        ? t('figure.sockets_more', { established: formatCount(totals.established), listening: formatCount(totals.listening) })
        : undefined,
      source: sockets,
    },
    {
      id: 'errors',
      label: t('figure.errors'),
      value: count(errors),
      unit: errors === null ? undefined : t('figure.per_window'),
      source: counters,
    },
    {
      id: 'drops',
      label: t('figure.drops'),
      value: count(drops),
      unit: drops === null ? undefined : t('figure.per_window'),
      source: counters,
    },
    {
      id: 'unattributed',
      label: t('figure.unattributed'),
      value:
        totals.unattributed_share === null ? (
          unknown
        ) : totals.unattributed_share === 0 ? (
          <span className="zero">0</span>
        ) : (
          formatShare(totals.unattributed_share).replace(' %', '')
        ),
      unit: totals.unattributed_share === null ? undefined : '%',
      more: haveSockets ? (totals.unattributed_share === null ? t('figure.no_rates') : t('figure.of_payload')) : undefined,
      source: (
        <>
          {sockets}
          <br />
          {t('figure.unattributed_hint')}
        </>
      ),
    },
  ];
  return <Figures figures={figures} label={t('figure.label')} />;
}
