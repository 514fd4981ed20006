import type { InterfaceSample } from '@shared/model/interface';
import type { RateUnit } from '@shared/units';
import { Download } from 'lucide-react';
import type { RefObject } from 'react';
import { download, fileName } from '../../components/download';
import { Menu } from '../../components/Menu';
import { usePalette } from '../../components/palette';
import { useText } from '../../i18n';
import { chartPng, chartSvg, samplesCsv } from './chart-export';

interface ExportMenuProps {
  name: string;
  samples: readonly InterfaceSample[];
  unit: RateUnit;
  canvas: RefObject<HTMLCanvasElement | null>;
  asTable: boolean;
  onTable(): void;
}

/** What the chart shows now, as a picture or as numbers. */
export function ExportMenu({ name, samples, unit, canvas, asTable, onTable }: ExportMenuProps) {
  const t = useText();
  const palette = usePalette();
  const words = { title: t('traffic.chart_of', { iface: name }), in: t('word.in'), out: t('word.out') };
  async function savePng(): Promise<void> {
    const drawn = canvas.current;
    if (drawn) download(fileName(`traffic-${name}`, 'png'), await chartPng(drawn, palette, words));
  }
  const empty = samples.length === 0;
  return (
    <Menu
      trigger={
        <button type="button" className="button quiet">
          <Download size={14} aria-hidden /> {t('action.export')}
        </button>
      }
      entries={[
        { id: 'png', label: t('traffic.png'), disabled: empty, onSelect: () => void savePng() },
        {
          id: 'svg',
          label: t('traffic.svg'),
          disabled: empty,
          onSelect: () => download(fileName(`traffic-${name}`, 'svg'), chartSvg(samples, unit, palette, words), 'image/svg+xml'),
        },
        {
          id: 'csv',
          label: t('traffic.csv'),
          disabled: empty,
          onSelect: () => download(fileName(`traffic-${name}`, 'csv'), samplesCsv(samples), 'text/csv;charset=utf-8'),
        },
        { id: 'table', label: t('traffic.as_table'), checked: asTable, onSelect: onTable },
      ]}
    />
  );
}
