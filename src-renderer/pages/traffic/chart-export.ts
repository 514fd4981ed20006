import type { InterfaceSample } from '@shared/model/interface';
import { formatClock, formatIso, naturalPrefix, type RateUnit } from '@shared/units';
import { toCsv } from '../../components/csv';
import type { Palette } from '../../components/palette';
import { extremes, scaleFor, timeSteps, toPlotData } from '../../components/rate-chart-data';

export interface ChartWords {
  title: string;
  in: string;
  out: string;
}

/** A rate is a count over about a second: digits after the third say nothing. */
function thousandths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

/** One line a sample, values in bit/s whatever the page shows. */
export function samplesCsv(samples: readonly InterfaceSample[]): string {
  const head = [
    'time',
    'interface',
    'interval_ms',
    'rx_rate_bps',
    'tx_rate_bps',
    'rx_packet_rate',
    'tx_packet_rate',
    'rx_errors',
    'tx_errors',
    'rx_dropped',
    'tx_dropped',
  ];
  return toCsv(
    head,
    samples.map(sample => [
      formatIso(sample.at_ms),
      sample.interface,
      thousandths(sample.interval_ms),
      thousandths(sample.rx_rate_bps),
      thousandths(sample.tx_rate_bps),
      thousandths(sample.rx_packet_rate),
      thousandths(sample.tx_packet_rate),
      sample.rx_errors,
      sample.tx_errors,
      sample.rx_dropped,
      sample.tx_dropped,
    ]),
  );
}

const HEAD_PX = 28;

/** The drawn chart on its surface, with a line that says what it is. */
export function chartPng(drawn: HTMLCanvasElement, palette: Palette, words: ChartWords): Promise<Blob> {
  const ratio = devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = drawn.width;
  canvas.height = drawn.height + HEAD_PX * ratio;
  const ink = canvas.getContext('2d');
  if (!ink) throw new Error('This browser gives no canvas.');
  ink.fillStyle = palette.surface;
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.drawImage(drawn, 0, HEAD_PX * ratio);
  ink.font = palette.font.replace('12px', `${12 * ratio}px`);
  let x = 12 * ratio;
  for (const [text, colour] of [
    [words.title, palette.text],
    [words.in, palette.rx],
    [words.out, palette.tx],
  ] as const) {
    ink.fillStyle = colour;
    ink.fillText(text, x, 19 * ratio);
    x += ink.measureText(text).width + 12 * ratio;
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('The picture could not be made.')))),
  );
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`);
}

const WIDTH = 1000;
const HEIGHT = 320;
const LEFT = 56;
const RIGHT = 16;
const TOP = 40;
const BOTTOM = 28;
/** Half of the width of 14:07:32 */
const HALF_CLOCK = 28;

/** The same chart as lines that scale. */
export function chartSvg(samples: readonly InterfaceSample[], unit: RateUnit, palette: Palette, words: ChartWords): string {
  const data = toPlotData(samples, unit);
  const [x, rx, tx] = data.columns;
  const from = x[0] ?? 0;
  const to = x.at(-1) ?? from + 1;
  const greatest = extremes(data, from, to);
  const scale = scaleFor(greatest.rx, greatest.tx);
  const power = naturalPrefix(Math.max(scale.top, -scale.bottom));
  const plotX = (second: number): number => LEFT + ((second - from) / Math.max(1, to - from)) * (WIDTH - LEFT - RIGHT);
  const plotY = (value: number): number => TOP + ((scale.top - value) / (scale.top - scale.bottom)) * (HEIGHT - TOP - BOTTOM);
  const path = (column: readonly (number | null)[]): string => {
    let pen = 'M';
    return column
      .map((value, at) => {
        if (value === null) {
          pen = 'M';
          return '';
        }
        const point = `${pen}${plotX(x[at] ?? 0).toFixed(1)} ${plotY(value).toFixed(1)}`;
        pen = 'L';
        return point;
      })
      .join('');
  };
  const text = (at: number, y: number, words_: string, fill: string, anchor = 'start'): string =>
    `<text x="${at.toFixed(1)}" y="${y.toFixed(1)}" fill="${fill}" text-anchor="${anchor}">${escapeXml(words_)}</text>`;
  const lines: string[] = [];
  for (let value = scale.bottom; value <= scale.top + scale.step / 2; value += scale.step) {
    lines.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${plotY(value).toFixed(1)}" y2="${plotY(value).toFixed(1)}" stroke="${Math.abs(value) < scale.step / 2 ? palette.axis : palette.grid}"/>`,
    );
    lines.push(
      text(LEFT - 8, plotY(value) + 4, String(Number((Math.abs(value) / 1000 ** power).toPrecision(3))), palette.muted, 'end'),
    );
  }
  for (const second of timeSteps(from, to)) {
    const at = plotX(second);
    lines.push(
      `<line x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="${palette.grid}"/>`,
      text(at, HEIGHT - 8, formatClock(second * 1000), palette.muted, at > WIDTH - HALF_CLOCK ? 'end' : 'middle'),
    );
  }
  for (const gap of data.gaps) {
    lines.push(
      `<rect x="${plotX(gap.from).toFixed(1)}" y="${TOP}" width="${(plotX(gap.to) - plotX(gap.from)).toFixed(1)}" height="${HEIGHT - TOP - BOTTOM}" fill="${palette.gap}" fill-opacity="0.5"/>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="Inter, sans-serif" font-size="12"><rect width="${WIDTH}" height="${HEIGHT}" fill="${palette.surface}"/>${text(LEFT, 22, words.title, palette.text)}${text(WIDTH - RIGHT - 60, 22, words.in, palette.rx, 'end')}${text(WIDTH - RIGHT, 22, words.out, palette.tx, 'end')}${lines.join('')}<path d="${path(rx)}" fill="none" stroke="${palette.rx}" stroke-width="1.25"/><path d="${path(tx)}" fill="none" stroke="${palette.tx}" stroke-width="1.25"/></svg>`;
}
