import type { InterfaceSample } from '@shared/model/interface';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useParam } from '../../app/router';
import { CountExactly } from '../../components/CountExactly';
import { AbilityBanner } from '../../components/Limit';
import { Panel, Skeleton } from '../../components/Panel';
import { axisUnit, RateChart } from '../../components/RateChart';
import { extremes, toPlotData } from '../../components/rate-chart-data';
import { PageHead, type Severity } from '../../components/Verdict';
import { useText } from '../../i18n';
import { lastSeconds, selectDetails, selectSamples, useInterfaces } from '../../store/interfaces';
import { useLink } from '../../store/link';
import { selectRateUnit, useSettings } from '../../store/settings';
import { selectCounterBackend, selectProcessLimit, useStatus } from '../../store/status';
import { ExportMenu } from './ExportMenu';
import { InterfacePicker } from './InterfacePicker';
import { SampleTable } from './SampleTable';
import { TopConnections } from './TopConnections';
import { TrafficActions, WINDOWS, type WindowMinutes } from './TrafficActions';
import { TrafficFigures } from './TrafficFigures';
import { TrafficVerdict } from './TrafficVerdict';
import { useTopStream } from './top-store';

/** One interface, second by second. */
export function TrafficPage() {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const details = useInterfaces(selectDetails);
  const fallback = useInterfaces(state => state.list?.default ?? state.list?.interfaces[0] ?? null);
  const backend = useStatus(selectCounterBackend);
  const processLimit = useStatus(selectProcessLimit);
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
  useTopStream(iface, paused !== null);

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
  const choose = useCallback((name: string) => setIface(name === fallback ? '' : name), [setIface, fallback]);
  const toggleTable = useCallback(() => setAsTable(on => !on), []);
  const inView = zoom ? samples.filter(({ at_ms }) => at_ms / 1000 >= zoom.from && at_ms / 1000 <= zoom.to) : recent;
  const exported = useRef(inView);
  exported.current = inView;
  const data = useMemo(() => toPlotData(recent, unit), [recent, unit]);
  const greatest = extremes(data, 0, Number.POSITIVE_INFINITY);
  const axis = axisUnit(unit, Math.max(greatest.rx, greatest.tx, 1));

  const missing = details !== null && asked !== '' && entry === null;
  const severity: Severity = lost || !newest ? 'unknown' : data.gaps.length > 0 || processLimit ? 'notice' : 'good';
  return (
    <div className="page">
      <PageHead
        title={t('page.traffic')}
        severity={severity}
        verdict={<TrafficVerdict iface={iface} newest={newest} details={entry} missing={missing} gaps={data.gaps} />}
        actions={
          <>
            <CountExactly iface={iface} />
            <TrafficActions minutes={windowMinutes} onMinutes={setMinutes} paused={paused !== null} onPause={togglePause} />
          </>
        }
      />
      {processLimit && <AbilityBanner ability={processLimit} />}
      <Panel
        title={t('traffic.chart')}
        titleHidden
        about={
          <div className="picker">
            <InterfacePicker details={details} value={iface} onChange={choose} />
            <span className="ellipsis">{t('traffic.about', { unit: axis.name })}</span>
            {paused && <b className="notice nowrap">{t('traffic.paused')}</b>}
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
              samples={exported}
              unit={unit}
              axis={axis.name}
              canvas={canvas}
              asTable={asTable}
              onTable={toggleTable}
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
      <TrafficFigures samples={recent} details={entry} />
      <TopConnections iface={iface} />
    </div>
  );
}
