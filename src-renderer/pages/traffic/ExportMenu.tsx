import type { InterfaceSample } from '@shared/model/interface';
import type { RateUnit } from '@shared/units';
import { Download } from 'lucide-react';
import { memo, type RefObject } from 'react';
import { download, fileName } from '../../components/download';
import { Menu } from '../../components/Menu';
import { usePalette } from '../../components/palette';
import { useText } from '../../i18n';
import { chartPng, chartSvg, samplesCsv } from './chart-export';

interface ExportMenuProps {
  name: string;
  /** What the chart shows now; read when something is chosen. */
  samples: RefObject<readonly InterfaceSample[]>;
  unit: RateUnit;
  /** Unit of the drawn axis */
  axis: string;
  canvas: RefObject<HTMLCanvasElement | null>;
  asTable: boolean;
  onTable: () => void;
}

/** What the chart shows now, as a picture or as numbers. */
export const ExportMenu = memo(function ExportMenu({ name, samples, unit, axis, canvas, asTable, onTable }: ExportMenuProps) {
  const t = useText();
  const palette = usePalette();
  const words = { title: `${t('traffic.chart_of', { iface: name })}, ${axis}`, in: t('word.in'), out: t('word.out') };
  async function savePng(): Promise<void> {
    const drawn = canvas.current;
    if (drawn) download(fileName(`traffic-${name}`, 'png'), await chartPng(drawn, palette, words));
  }
  return (
    <Menu
      trigger={
        <button type="button" className="button quiet">
          <Download size={14} aria-hidden /> {t('action.export')}
        </button>
      }
      entries={[
        { id: 'png', label: t('traffic.png'), onSelect: () => void savePng() },
        {
          id: 'svg',
          label: t('traffic.svg'),
          onSelect: () =>
            download(fileName(`traffic-${name}`, 'svg'), chartSvg(samples.current, unit, palette, words), 'image/svg+xml'),
        },
        {
          id: 'csv',
          label: t('traffic.csv'),
          onSelect: () => download(fileName(`traffic-${name}`, 'csv'), samplesCsv(samples.current), 'text/csv;charset=utf-8'),
        },
        { id: 'table', label: t('traffic.as_table'), checked: asTable, onSelect: onTable },
      ]}
    />
  );
});
