import type { NetworkInterface } from '@shared/model/interface';
import { formatCount, formatRate } from '@shared/units';
import { Check, TriangleAlert, X } from 'lucide-react';
import { memo } from 'react';
import { NumberHead } from '../../components/NumberHead';
import { Panel, Skeleton } from '../../components/Panel';
import { Rate, rateInWords } from '../../components/Quantity';
import { Sparkline } from '../../components/Sparkline';
import { useText } from '../../i18n';
import { lastSeconds, moves, peakOf, selectDetails, selectSamples, sumOf, useInterfaces } from '../../store/interfaces';
import { selectRateUnit, useSettings } from '../../store/settings';
import { kindInWords } from './interface-kind';

const WINDOW_S = 300;

function Trouble({ count }: { count: number | null }) {
  if (count === null) return <span className="muted">–</span>;
  if (count === 0) return <span className="zero">0</span>;
  return (
    <b className="warning trouble">
      <TriangleAlert size={14} aria-hidden /> {formatCount(count)}
    </b>
  );
}

const InterfaceRow = memo(function InterfaceRow({ details }: { details: NetworkInterface }) {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const samples = useInterfaces(selectSamples(details.name));
  const recent = lastSeconds(samples, WINDOW_S);
  const newest = recent.at(-1);
  const carries = details.up && details.running;
  const stateWords = t(carries ? 'interface.up' : details.up ? 'interface.no_link' : 'interface.down');
  // Zero is a measurement; what has no link carries nothing that could be measured.
  const silent = !carries && !(newest && moves(newest));
  const peak = Math.max(peakOf(recent, 'rx_rate_bps')?.value ?? 0, peakOf(recent, 'tx_rate_bps')?.value ?? 0);
  const words = (bps: number | null | undefined): string => (bps == null ? '–' : rateInWords(bps, unit));
  const speed = details.speed_mbps === null ? null : formatRate(details.speed_mbps * 1e6, 'bit');
  return (
    <tr>
      <th scope="row">
        <a href={`#/traffic?iface=${encodeURIComponent(details.name)}`} title={details.addresses.join('\n')}>
          {details.name}
        </a>
        {details.is_default && <span className="tag">{t('interface.default')}</span>}
      </th>
      <td className="low" title={details.kind}>
        {kindInWords(t, details.kind)}
      </td>
      <td>
        <span className="row">
          {carries ? <Check size={14} className="good" aria-hidden /> : <X size={14} className="muted" aria-hidden />}
          {stateWords}
        </span>
      </td>
      <td>
        {silent ? (
          <span className="muted">{stateWords}</span>
        ) : newest ? (
          <Sparkline
            samples={recent}
            seconds={WINDOW_S}
            label={t('interface.sparkline', {
              name: details.name,
              in: words(newest.rx_rate_bps),
              out: words(newest.tx_rate_bps),
              peak: words(peak),
            })}
          />
        ) : (
          <span className="muted">–</span>
        )}
      </td>
      <td className="r">
        <Rate bps={silent ? null : (newest?.rx_rate_bps ?? null)} />
      </td>
      <td className="r">
        <Rate bps={silent ? null : (newest?.tx_rate_bps ?? null)} />
      </td>
      <td
        className="r"
        title={
          details.since_boot
            ? t('interface.since_boot', { count: formatCount(details.since_boot.rx_errors + details.since_boot.tx_errors) })
            : undefined
        }
      >
        <Trouble count={newest ? sumOf(recent, 'rx_errors', 'tx_errors') : null} />
      </td>
      <td
        className="r"
        title={
          details.since_boot
            ? t('interface.since_boot', { count: formatCount(details.since_boot.rx_dropped + details.since_boot.tx_dropped) })
            : undefined
        }
      >
        <Trouble count={newest ? sumOf(recent, 'rx_dropped', 'tx_dropped') : null} />
      </td>
      <td className="r low">{speed ? `${speed.number.replace(/\.0+$/, '')} ${speed.unit}` : <span className="muted">–</span>}</td>
    </tr>
  );
});

/** Every interface of this machine with its last five minutes. */
export function InterfacesPanel() {
  const t = useText();
  const details = useInterfaces(selectDetails);
  return (
    <Panel title={t('word.interfaces')} about={t('interface.about')}>
      {details === null ? (
        <Skeleton rows={5} />
      ) : (
        <div className="scroll-x">
          <table className="table roomy interfaces">
            <colgroup>
              <col className="w-name" />
              <col className="w-kind low" />
              <col className="w-state" />
              <col />
              <col className="w-rate" />
              <col className="w-rate" />
              <col className="w-count" />
              <col className="w-count" />
              <col className="w-link low" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">{t('column.name')}</th>
                <th scope="col" className="low">
                  {t('column.kind')}
                </th>
                <th scope="col">{t('column.state')}</th>
                <th scope="col">{t('column.rate')}</th>
                <NumberHead>{t('column.in')}</NumberHead>
                <NumberHead>{t('column.out')}</NumberHead>
                <NumberHead>{t('figure.errors')}</NumberHead>
                <NumberHead>{t('figure.drops')}</NumberHead>
                <NumberHead low>{t('column.link')}</NumberHead>
              </tr>
            </thead>
            <tbody>
              {details.map(entry => (
                <InterfaceRow key={`${entry.index}-${entry.name}`} details={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
