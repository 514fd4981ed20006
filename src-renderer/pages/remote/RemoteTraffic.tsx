import type { InterfaceList, InterfaceSample } from '@shared/model/interface';
import type { InterfaceTraffic, TopConnection } from '@shared/model/traffic';
import { formatCount } from '@shared/units';
import { Activity } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useParam } from '../../app/router';
import { NumberHead } from '../../components/NumberHead';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Program } from '../../components/Program';
import { Bytes, Rate, rateInWords } from '../../components/Quantity';
import { RateChart } from '../../components/RateChart';
import { useText } from '../../i18n';
import { selectRateUnit, useSettings } from '../../store/settings';
import { type Repeated, useRepeatedTool } from '../../store/use-repeated-tool';
import { InterfacePicker } from '../traffic/InterfacePicker';
import { RemoteFrame, useRemoteHost } from './RemoteFrame';
import { addSeries } from './series';

const LIST_EVERY_MS = 10_000;
/** Measured over and over, so that the seconds of one stand beside those of the next. */
const SAMPLE_S = 3;
const NO_PAUSE_MS = 0;
const WINDOW_S = 300;

function TopTable({ connections, iface }: { connections: readonly TopConnection[]; iface: string }) {
  const t = useText();
  if (connections.length === 0) return <Note icon={Activity} title={t('traffic.top_none', { iface })} />;
  return (
    <div className="scroll-x">
      <table className="table remote-top">
        <thead>
          <tr>
            <th scope="col">{t('column.process')}</th>
            <th scope="col" className="low">
              {t('column.local')}
            </th>
            <th scope="col">{t('column.remote')}</th>
            <NumberHead>{t('column.in')}</NumberHead>
            <NumberHead>{t('column.out')}</NumberHead>
          </tr>
        </thead>
        <tbody>
          {connections.map(({ protocol, source, destination, program, pid, rx_rate, tx_rate }) => (
            <tr key={`${protocol} ${source} ${destination} ${pid}`}>
              <td>
                <Program name={program} pid={pid} />
              </td>
              <td className="mono low" title={source}>
                {source}
              </td>
              <td className="mono" title={destination}>
                {destination}
              </td>
              <td className="r">
                <Rate bps={rx_rate * 1e6} />
              </td>
              <td className="r">
                <Rate bps={tx_rate * 1e6} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The figures of one measurement. */
function Totals({ traffic }: { traffic: InterfaceTraffic }) {
  const t = useText();
  const { total_stats: total } = traffic;
  const figures = [
    { name: t('remote.received', { seconds: SAMPLE_S }), value: <Bytes bytes={total.rx_total * 1e6} />, more: total.rx_packets },
    { name: t('remote.sent', { seconds: SAMPLE_S }), value: <Bytes bytes={total.tx_total * 1e6} />, more: total.tx_packets },
  ];
  return (
    <dl className="facts body">
      {figures.map(({ name, value, more }) => (
        <div key={name} className="contents">
          <dt>{name}</dt>
          <dd>
            {value} <span className="muted">{t('remote.packets', { shown: formatCount(more) })}</span>
          </dd>
        </div>
      ))}
      <dt>{t('remote.trouble')}</dt>
      <dd>
        {t('remote.trouble_value', {
          errors: formatCount(total.rx_errors + total.tx_errors),
          dropped: formatCount(total.rx_dropped + total.tx_dropped),
        })}
      </dd>
    </dl>
  );
}

/** One interface, measured three seconds at a time. */
function Measured({ iface, onAnswer }: { iface: string; onAnswer: (answer: Repeated<InterfaceTraffic>) => void }) {
  const host = useRemoteHost();
  const unit = useSettings(selectRateUnit);
  const [samples, setSamples] = useState<readonly InterfaceSample[]>([]);
  const answer = useRepeatedTool<InterfaceTraffic>(
    'get_interface_traffic',
    { host, iface, sample_seconds: SAMPLE_S },
    NO_PAUSE_MS,
  );
  const { data, failure, running, at_ms } = answer;
  useEffect(() => {
    if (data) setSamples(before => addSeries(before, data));
  }, [data]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- by its parts: the object is another one at every rendering
  useEffect(() => onAnswer(answer), [data, failure, running, at_ms, onAnswer]);
  if (data === null) return failure ? null : <Skeleton rows={8} />;
  return (
    <>
      <RateChart
        className="traffic-chart"
        title={`${host} ${iface}`}
        samples={samples}
        windowSeconds={WINDOW_S}
        unit={unit}
        source={data.source.backend}
      />
      <div className="remote-traffic">
        <Totals traffic={data} />
        <TopTable connections={data.top_connections} iface={iface} />
      </div>
    </>
  );
}

/** One interface of a remote host. */
export function RemoteTraffic() {
  const t = useText();
  const host = useRemoteHost();
  const unit = useSettings(selectRateUnit);
  const list = useRepeatedTool<InterfaceList>('list_network_interfaces', { host }, LIST_EVERY_MS);
  const [asked, setIface] = useParam('iface', '');
  const [measured, setMeasured] = useState<Repeated<InterfaceTraffic> | null>(null);
  const fallback = list.data?.default ?? list.data?.interfaces[0] ?? null;
  const iface = asked || fallback;
  const traffic = measured?.data?.total_stats.interface === iface ? measured.data : null;
  const failed = list.failure === null && measured?.failure ? measured : null;
  return (
    <div className="page remote">
      <RemoteFrame
        title={t('page.traffic')}
        verdict={
          traffic
            ? t('remote.rates', {
                iface: traffic.total_stats.interface,
                in: rateInWords(traffic.total_stats.rx_rate_avg * 1e6, unit),
                out: rateInWords(traffic.total_stats.tx_rate_avg * 1e6, unit),
                seconds: SAMPLE_S,
              })
            : t('remote.measuring', { seconds: SAMPLE_S })
        }
        severity={traffic ? (traffic.source.degraded ? 'notice' : 'good') : 'unknown'}
        repeated={{
          ...list,
          failure: list.failure ?? failed?.failure ?? null,
          running: list.running || (measured?.running ?? false),
          at_ms: measured?.at_ms ?? list.at_ms,
          askNow() {
            list.askNow();
            measured?.askNow();
          },
        }}
        source={(traffic ?? list.data)?.source ?? null}
      >
        <Panel
          title={t('traffic.chart')}
          titleHidden
          about={
            <div className="picker">
              <InterfacePicker
                details={list.data?.details ?? null}
                value={iface}
                onChange={name => setIface(name === fallback ? '' : name)}
              />
              <span className="ellipsis">{t('remote.sampled', { seconds: SAMPLE_S })}</span>
            </div>
          }
        >
          {iface !== null && <Measured key={iface} iface={iface} onAnswer={setMeasured} />}
        </Panel>
      </RemoteFrame>
    </div>
  );
}
