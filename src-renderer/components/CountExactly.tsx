import type { PacketRate } from '@shared/model/packet-rate';
import { formatBytes, groupDigits } from '@shared/units';
import { Sigma } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../i18n';
import { selectDetails, useInterfaces } from '../store/interfaces';
import { useStatus } from '../store/status';
import { callTool, failureOf, type ToolFailure } from '../store/use-tool';
import { Modal } from './Modal';
import { NumberHead } from './NumberHead';
import { Failure } from './Panel';
import { Segment } from './Segment';

const DIRECTIONS = ['incoming', 'outgoing'] as const;
const SECONDS = ['2', '5', '20'] as const;

type Count =
  | { state: 'idle' }
  | { state: 'running'; done: number }
  | { state: 'done'; rates: readonly PacketRate[] }
  | { state: 'failed'; failure: ToolFailure };

function Rates({ rates }: { rates: readonly PacketRate[] }) {
  const t = useText();
  return (
    <table className="table" data-testid="exact-count">
      <thead>
        <tr>
          <th scope="col">{t('count.direction')}</th>
          <NumberHead>{t('count.per_second')}</NumberHead>
          <NumberHead>{t('count.packets')}</NumberHead>
          <NumberHead>{t('count.bytes')}</NumberHead>
          <NumberHead>{t('count.time')}</NumberHead>
          <th scope="col">{t('count.method')}</th>
        </tr>
      </thead>
      <tbody>
        {rates.map(({ direction, packets_per_second, packets, bytes, seconds, method }) => {
          const size = formatBytes(bytes);
          return (
            <tr key={direction}>
              <td>{t(`count.${direction}`)}</td>
              <td className="r">
                <b>{packets_per_second.toFixed(2)}</b>
              </td>
              <td className="r" data-testid={`packets-${direction}`}>
                {groupDigits(packets)}
              </td>
              <td className="r" title={size.exact}>
                {size.number} {size.unit}
              </td>
              <td className="r">{seconds.toFixed(2)}</td>
              <td>{t(`count.method_${method}`)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A button that counts every packet of an interface for some seconds, both ways at once. */
export function CountExactly({ iface }: { iface: string | null }) {
  const t = useText();
  const details = useInterfaces(selectDetails);
  const privileged = useStatus(({ status }) => status?.helper.state === 'ready');
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [seconds, setSeconds] = useState<string>('5');
  const [count, setCount] = useState<Count>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const name = chosen ?? iface ?? '';

  async function run(): Promise<void> {
    const control = new AbortController();
    abort.current = control;
    setCount({ state: 'running', done: 0 });
    const replies = await Promise.all(
      DIRECTIONS.map(network_operation =>
        callTool<PacketRate>(
          'network-monitor',
          { network_operation, interface: name, duration: Number(seconds) },
          control.signal,
          ({ done }) => setCount(before => (before.state === 'running' ? { state: 'running', done } : before)),
        ),
      ),
    );
    if (abort.current !== control) return;
    const failed = replies.find(reply => !reply.success);
    if (failed && !failed.success) setCount({ state: 'failed', failure: failureOf(failed) });
    else setCount({ state: 'done', rates: replies.flatMap(reply => (reply.success ? reply.data : [])) });
  }
  function cancel(): void {
    abort.current?.abort();
    abort.current = null;
    setCount({ state: 'idle' });
  }

  const running = count.state === 'running';
  return (
    <>
      <button type="button" className="button" disabled={name === ''} onClick={() => setOpen(true)}>
        <Sigma size={14} aria-hidden /> {t('count.button')}
      </button>
      <Modal
        title={t('count.title')}
        className="count"
        open={open}
        onClose={() => {
          cancel();
          setOpen(false);
        }}
      >
        <div className="col">
          <p className="t2">{t('count.about')}</p>
          <div className="row wrap">
            <label className="row">
              {t('traffic.interface')}
              <select className="select mono" value={name} disabled={running} onChange={event => setChosen(event.target.value)}>
                {(details ?? []).map(entry => (
                  <option key={entry.name}>{entry.name}</option>
                ))}
              </select>
            </label>
            <Segment
              label={t('count.seconds')}
              value={seconds}
              onChange={value => setSeconds(value)}
              options={SECONDS.map(value => ({ value, label: `${value} s` }))}
            />
            {running ? (
              <button type="button" className="button" onClick={cancel}>
                {t('action.cancel')}
              </button>
            ) : (
              <button type="button" className="button primary" onClick={() => void run()}>
                {t(privileged ? 'count.run' : 'count.run_plain')}
              </button>
            )}
          </div>
          <div aria-live="polite">
            {running && (
              <label className="col small muted">
                {t('count.running', { seconds })}
                <progress max={1} value={count.done} />
              </label>
            )}
            {count.state === 'done' && <Rates rates={count.rates} />}
            {count.state === 'failed' && <Failure failure={count.failure} />}
          </div>
        </div>
      </Modal>
    </>
  );
}
