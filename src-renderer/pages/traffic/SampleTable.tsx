import type { InterfaceSample } from '@shared/model/interface';
import { formatClock, formatCount, formatIso } from '@shared/units';
import { NumberHead } from '../../components/NumberHead';
import { Rate } from '../../components/Quantity';
import { useText } from '../../i18n';

/** What the chart draws, as numbers; newest first. */
export function SampleTable({ samples }: { samples: readonly InterfaceSample[] }) {
  const t = useText();
  return (
    // Scrolls by itself, so it can be reached from the keyboard.
    <div className="sample-table" tabIndex={0} role="region" aria-label={t('traffic.table')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('column.time')}</th>
            <NumberHead>{t('column.in')}</NumberHead>
            <NumberHead>{t('column.out')}</NumberHead>
            <NumberHead>{t('figure.packets_in')}</NumberHead>
            <NumberHead>{t('figure.packets_out')}</NumberHead>
          </tr>
        </thead>
        <tbody>
          {samples.toReversed().map(sample => (
            <tr key={sample.sequence}>
              <td title={formatIso(sample.at_ms)}>{formatClock(sample.at_ms)}</td>
              <td className="r">
                <Rate bps={sample.rx_rate_bps} />
              </td>
              <td className="r">
                <Rate bps={sample.tx_rate_bps} />
              </td>
              <td className="r">{sample.rx_packet_rate === null ? '–' : formatCount(sample.rx_packet_rate)}</td>
              <td className="r">{sample.tx_packet_rate === null ? '–' : formatCount(sample.tx_packet_rate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
