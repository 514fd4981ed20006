import type { InterfaceSample } from '@shared/model/interface';
import { formatRate, formatShare } from '@shared/units';
import { Pause, Play } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { usePage, useParam } from '../../app/router';
import { Panel, Skeleton } from '../../components/Panel';
import { rateInWords } from '../../components/Quantity';
import { axisUnit, RateChart } from '../../components/RateChart';
import { extremes, toPlotData } from '../../components/rate-chart-data';
import { Segment } from '../../components/Segment';
import { PageHead, type Severity } from '../../components/Verdict';
import { useText } from '../../i18n';
import { lastSeconds, selectDetails, selectSamples, useInterfaces } from '../../store/interfaces';
import { useLink } from '../../store/link';
import { selectRateUnit, useSettings } from '../../store/settings';
import { ExportMenu } from './ExportMenu';
import { InterfacePicker } from './InterfacePicker';
import { SampleTable } from './SampleTable';
import { TopConnections, useTopConnections } from './TopConnections';
import { TrafficFigures } from './TrafficFigures';

const WINDOWS = ['1', '5', '15'] as const;
type WindowMinutes = (typeof WINDOWS)[number];

/** One interface, second by second. */
export function TrafficPage() {
  const t = useText();
  const shown = usePage();
  const unit = useSettings(selectRateUnit);
  const change = useSettings(state => state.change);
  const details = useInterfaces(selectDetails);
  const fallback = useInterfaces(state => state.list?.default ?? state.list?.interfaces[0] ?? null);
  const backend = useInterfaces(state => state.list?.source.backend ?? '–');
  const [asked, setIface] = useParam('iface', '');
  const [minutes, setMinutes] = useParam('window', '5');
  const [zoomText, setZoomText] = useParam('zoom', '');
  const [paused, setPaused] = useState<readonly InterfaceSample[] | null>(null);
  const [asTable, setAsTable] = useState(false);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const lost = useLink(({ state }) => state === 'lost');

  const iface = asked || fallback;
  const live = useInterfaces(selectSamples(iface));
  const samples = paused ?? live;
  const windowMinutes: WindowMinutes = WINDOWS.find(known => known === minutes) ?? '5';
  const windowSeconds = Number(windowMinutes) * 60;
  const entry = details?.find(({ name }) => name === iface) ?? null;
  const top = useTopConnections(shown === 'traffic' ? iface : null);

  // Another interface begins live.
  useEffect(() => setPaused(null), [iface]);
  const newestLive = useRef(live);
  newestLive.current = live;
  const togglePause = useCallback(() => setPaused(kept => (kept ? null : newestLive.current)), []);
  const keepCanvas = useCallback((drawn: HTMLCanvasElement | null) => {
    canvas.current = drawn;
  }, []);
  const setZoom = useCallback(
    (zoom: { from: number; to: number } | null) =>
      setZoomText(zoom ? `${zoom.from.toFixed(1)}-${zoom.to.toFixed(1)}` : '', { replace: true }),
    [setZoomText],
  );
  const zoom = useMemo(() => {
    const [from, to] = zoomText.split('-').map(Number);
    return from !== undefined && to !== undefined && to > from ? { from, to } : null;
  }, [zoomText]);

  const recent = useMemo(() => lastSeconds(samples, windowSeconds), [samples, windowSeconds]);
  const newest = samples.at(-1);
  const inView = zoom ? samples.filter(({ at_ms }) => at_ms / 1000 >= zoom.from && at_ms / 1000 <= zoom.to) : recent;
  const data = useMemo(() => toPlotData(recent, unit), [recent, unit]);
  const greatest = extremes(data, 0, Number.POSITIVE_INFINITY);
  const axis = axisUnit(unit, Math.max(greatest.rx, greatest.tx, 1));

  const missing = details !== null && asked !== '' && entry === null;
  const severity: Severity = lost || !newest ? 'unknown' : data.gaps.length > 0 ? 'notice' : 'good';
  const verdict = ((): string => {
    if (missing) return t('traffic.missing', { iface: asked });
    if (!newest || newest.rx_rate_bps === null || newest.tx_rate_bps === null)
      return t('traffic.waiting', { iface: iface ?? '–' });
    const link = entry?.speed_mbps ? formatRate(entry.speed_mbps * 1e6, 'bit') : null;
    const sentences = [
      t(link ? 'traffic.carries_link' : 'traffic.carries', {
        iface: newest.interface,
        in: rateInWords(newest.rx_rate_bps, unit),
        out: rateInWords(newest.tx_rate_bps, unit),
        share: entry?.speed_mbps ? formatShare(Math.max(newest.rx_rate_bps, newest.tx_rate_bps) / (entry.speed_mbps * 1e6)) : '',
        link: link ? `${link.number.replace(/\.0+$/, '')} ${link.unit}` : '',
      }),
    ];
    const busiest = top.event?.connections[0];
    const carried = newest.rx_rate_bps + newest.tx_rate_bps;
    if (busiest && busiest.program !== '-' && carried > 0) {
      const mine =
        top.event?.connections
          .filter(({ program }) => program === busiest.program)
          .reduce((sum, { rx_rate, tx_rate }) => sum + rx_rate + tx_rate, 0) ?? 0;
      sentences.push(t('traffic.busiest', { program: busiest.program, share: formatShare(Math.min(1, (mine * 1e6) / carried)) }));
    }
    if (data.gaps.length > 0)
      sentences.push(
        t('traffic.gaps', {
          count: data.gaps.length,
          seconds: Math.round(data.gaps.reduce((sum, { from, to }) => sum + to - from, 0)),
        }),
      );
    return sentences.join(t('word.sentence_gap'));
  })();

  return (
    <div className="page">
      <PageHead
        title={t('page.traffic')}
        severity={severity}
        verdict={verdict}
        actions={
          <>
            <Segment
              label={t('traffic.window')}
              value={windowMinutes}
              onChange={value => setMinutes(value)}
              options={WINDOWS.map(value => ({ value, label: t('traffic.minutes', { count: Number(value) }) }))}
            />
            <Segment
              label={t('traffic.unit')}
              value={unit}
              onChange={value => void change({ rate_unit: value })}
              options={[
                { value: 'bit', label: 'bit/s' },
                { value: 'byte', label: 'B/s' },
              ]}
            />
            <button type="button" className="button" aria-pressed={paused !== null} onClick={togglePause}>
              {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
              {t(paused ? 'traffic.resume' : 'traffic.pause')}
            </button>
          </>
        }
      />
      <Panel
        title={t('traffic.chart')}
        titleHidden
        className={lost ? 'stale' : undefined}
        about={
          <div className="picker">
            <InterfacePicker details={details} value={iface} onChange={name => setIface(name === fallback ? '' : name)} />
            <span className="ellipsis">
              {t('traffic.about', { unit: axis.name })}
              {paused && <b className="notice"> · {t('traffic.paused')}</b>}
            </span>
          </div>
        }
        end={
          <>
            {zoom && (
              <button type="button" className="button compact" onClick={() => setZoom(null)}>
                {t('traffic.zoom_out')} <kbd>0</kbd>
              </button>
            )}
            <ExportMenu
              name={iface ?? ''}
              samples={inView}
              unit={unit}
              canvas={canvas}
              asTable={asTable}
              onTable={() => setAsTable(on => !on)}
            />
          </>
        }
      >
        {recent.length === 0 ? (
          <div className="traffic-chart">
            <Skeleton rows={8} />
          </div>
        ) : (
          <RateChart
            className="traffic-chart"
            title={iface ?? ''}
            samples={zoom ? samples : recent}
            windowSeconds={windowSeconds}
            unit={unit}
            source={backend}
            zoom={zoom}
            onZoom={setZoom}
            onPause={togglePause}
            onCanvas={keepCanvas}
          />
        )}
        {asTable && <SampleTable samples={inView} />}
      </Panel>
      <TrafficFigures samples={recent} details={entry} top={top.event} stale={lost} />
      <TopConnections state={top} iface={iface} />
    </div>
  );
}
