import { useParam } from '../../app/router';
import { Panel, Skeleton } from '../../components/Panel';
import { REACH_ICONS } from '../../components/ReachMark';
import { useText } from '../../i18n';
import type { Listener, Reach } from '../../store/aggregate';
import { colourOf } from '../../store/colours';

const REACHES: readonly Reach[] = ['all', 'one', 'loopback'];

/** A picture of what can be reached from where; a port has its process's colour. */
export function ReachPanel({
  listeners,
  ready,
  remote = false,
}: {
  listeners: readonly Listener[];
  ready: boolean;
  /** Of another machine: "here" is not where it listens. */
  remote?: boolean;
}) {
  const t = useText();
  const [port, setPort] = useParam('port', '');
  const [proto, setProto] = useParam('proto', 'tcp');
  return (
    <Panel title={t('reach.title')} about={t('reach.about')}>
      {!ready ? (
        <Skeleton rows={4} />
      ) : (
        <ul className="reach">
          {REACHES.map(reach => {
            const Icon = REACH_ICONS[reach];
            const here = listeners.filter(listener => listener.reach === reach);
            const addresses = [...new Set(here.flatMap(listener => listener.addresses))];
            return (
              <li key={reach}>
                <Icon size={14} className="muted" aria-hidden />
                <div className="reach-name">
                  {t(`reach.${reach}`)}
                  <div className="muted small">
                    {reach === 'one' && addresses.length === 1
                      ? addresses[0]
                      : t(remote ? `remote_reach.${reach}` : `reach_hint.${reach}`)}
                  </div>
                </div>
                <div className="reach-ports">
                  {here.length === 0 && <span className="muted">{t('reach.none')}</span>}
                  {here.map(listener => (
                    <button
                      key={listener.key}
                      type="button"
                      className="button compact mono"
                      aria-pressed={String(listener.port) === port && listener.protocol.toLowerCase() === proto}
                      title={`${listener.program === '-' ? t('word.unknown') : listener.program} · ${listener.addresses.join(', ')}`}
                      onClick={() => {
                        setPort(String(listener.port), { replace: true });
                        setProto(listener.protocol.toLowerCase(), { replace: true });
                      }}
                    >
                      <span
                        className={listener.program === '-' ? 'swatch unknown' : 'swatch'}
                        style={listener.program === '-' ? undefined : { background: colourOf(listener.program) }}
                        aria-hidden
                      />
                      {listener.port}
                      {listener.protocol === 'UDP' && <span className="muted">u</span>}
                      <span className="visually-hidden">
                        {' '}
                        {listener.protocol} {listener.program}
                      </span>
                    </button>
                  ))}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
