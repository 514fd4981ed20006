import { formatClock, threeDigits } from '@shared/units';
import uPlot from 'uplot';
import type { Palette } from './palette';
import { type PlotData, type Scale, timeSteps } from './rate-chart-data';

/** What the drawing reads each time: changed in place, so that a second costs one setData and no new chart. */
export interface PlotState {
  data: PlotData;
  scale: Scale;
  palette: Palette;
  /** Divides values for the axis: the axis has one prefix. */
  axisDivisor: number;
  gapWords: (seconds: number) => string;
}

const AXIS_WIDTH = 46;
const AXIS_HEIGHT = 26;

function hatch(context: CanvasRenderingContext2D, colour: string, ratio: number): CanvasPattern | null {
  const tile = document.createElement('canvas');
  const size = Math.round(6 * ratio);
  tile.width = size;
  tile.height = size;
  const ink = tile.getContext('2d');
  if (!ink) return null;
  ink.strokeStyle = colour;
  ink.lineWidth = ratio;
  ink.beginPath();
  ink.moveTo(0, size);
  ink.lineTo(size, 0);
  ink.stroke();
  return context.createPattern(tile, 'repeat');
}

function drawGaps(plot: uPlot, { data, palette, gapWords }: PlotState): void {
  if (data.gaps.length === 0) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const pattern = hatch(ctx, palette.gap, ratio);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { from, to } of data.gaps) {
    const left = plot.valToPos(from, 'x', true);
    const width = plot.valToPos(to, 'x', true) - left;
    if (left + width < bbox.left || left > bbox.left + bbox.width) continue;
    if (pattern) ctx.fillStyle = pattern;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    const words = gapWords(Math.round(to - from));
    ctx.font = palette.font.replace('12px', `${12 * ratio}px`);
    const half = ctx.measureText(words).width / 2 + 4 * ratio;
    // In what is seen of the gap, and only where they fit: beside it they would lie over the line.
    const start = Math.max(left, bbox.left);
    const end = Math.min(left + width, bbox.left + bbox.width);
    if (end - start < half * 2) continue;
    const middle = (start + end) / 2;
    ctx.fillStyle = palette.surface;
    ctx.fillRect(middle - half, bbox.top + 4 * ratio, half * 2, 18 * ratio);
    ctx.fillStyle = palette.muted;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(words, middle, bbox.top + 13 * ratio);
  }
  ctx.restore();
}

function drawZeroLine(plot: uPlot, { palette }: PlotState): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(0, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = palette.axis;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function ticks({ bottom, top, step }: Scale): number[] {
  return Array.from({ length: Math.round((top - bottom) / step) + 1 }, (_, index) => bottom + index * step);
}

/** Below 10 the axis needs no decimals that are all zero. */
function tickLabel(value: number): string {
  const size = Math.abs(value);
  return size === 0 ? '0' : Number.isInteger(size) ? String(size) : threeDigits(size).replace(/0+$/, '');
}

interface PlotHandlers {
  onCursor: (index: number | null) => void;
  onZoom: (from: number, to: number) => void;
  onReset: () => void;
  onDraw: (plot: uPlot) => void;
}

/** A chart of rates: receive above the axis, transmit below, on one scale. */
export function createRatePlot(
  host: HTMLElement,
  size: { width: number; height: number },
  state: PlotState,
  right: number,
  on: PlotHandlers,
): uPlot {
  const axis = {
    stroke: () => state.palette.muted,
    font: state.palette.font,
    ticks: { show: false },
  } satisfies Partial<uPlot.Axis>;
  const options: uPlot.Options = {
    ...size,
    padding: [8, right, 0, 0],
    legend: { show: false },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      bind: {
        dblclick: () => () => {
          on.onReset();
          return null;
        },
      },
    },
    scales: {
      x: { time: true },
      y: { range: () => [state.scale.bottom, state.scale.top] },
    },
    series: [
      {},
      { stroke: () => state.palette.rx, fill: () => state.palette.rxFill, width: 1.25, points: { show: false } },
      { stroke: () => state.palette.tx, fill: () => state.palette.txFill, width: 1.25, points: { show: false } },
    ],
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT,
        grid: { stroke: () => state.palette.grid, width: 1 },
        splits: (_plot, _axis, from, to) => timeSteps(from, to),
        values: (_plot, splits) => splits.map(second => formatClock(second * 1000)),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        gap: 8,
        grid: { stroke: () => state.palette.grid, width: 1 },
        splits: () => ticks(state.scale),
        values: (_plot, splits) => splits.map(value => tickLabel(Number((value / state.axisDivisor).toPrecision(6)))),
      },
    ],
    hooks: {
      drawAxes: [plot => drawGaps(plot, state)],
      draw: [
        plot => {
          drawZeroLine(plot, state);
          on.onDraw(plot);
        },
      ],
      setCursor: [plot => on.onCursor(plot.cursor.idx ?? null)],
      setSelect: [
        plot => {
          const { left, width } = plot.select;
          if (width < 6) return;
          on.onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
  return new uPlot(options, state.data.columns, host);
}
