import type { CaptureStarted } from '@shared/model/capture';
import { CAPTURE_MODES } from '@shared/model/capture-modes';
import type { InterfaceList } from '@shared/model/interface';
import { CircleDot, ShieldCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { goTo, useHost, useParam } from '../../app/router';
import { Failure, Panel } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { Switch } from '../../components/Switch';
import { useText } from '../../i18n';
import { selectDetails, useInterfaces } from '../../store/interfaces';
import { callTool, failureOf, type ToolFailure, useTool } from '../../store/use-tool';

type Mode = (typeof CAPTURE_MODES)[number];
/** What most begin with stands first. */
const MODES: readonly Mode[] = ['auto', ...CAPTURE_MODES.filter(mode => mode !== 'auto')];
const EXAMPLES: Record<Mode, readonly string[]> = {
  auto: ['auto', 'https://example.com/', '10.0.0.5'],
  domain: ['example.com', '192.0.2.10'],
  port: ['443', '5432'],
  web: ['web', 'example.com'],
  diagnosis: ['auto', '10.0.0.5'],
};
/** What the mode takes when nothing is named; the others need a target. */
const WITHOUT_TARGET: Partial<Record<Mode, string>> = { auto: 'auto', web: 'web', diagnosis: 'auto' };
const TRIGGERS = { none: '', refused: 'refused', drop: 'drop', rate: 'rate>1000' } as const;
const LONGEST_S = 3_600;

/** What to capture, from the address: "capture again" is a link to it. */
export function StartForm({ blocked }: { blocked: boolean }) {
  const t = useText();
  const host = useHost();
  const ownDetails = useInterfaces(selectDetails);
  const remoteList = useTool<InterfaceList>('list_network_interfaces', host === null ? null : { host });
  const details = host === null ? ownDetails : remoteList.data?.details;
  const [modeText, setMode] = useParam('mode', 'auto');
  const [target, setTarget] = useParam('target', '');
  const [seconds, setSeconds] = useParam('duration', '30');
  const [iface, setIface] = useParam('interface', '');
  const [filter, setFilter] = useParam('filter', '');
  const [trigger, setTrigger] = useParam('trigger', '');
  const [saveText, setSave] = useParam('save', '0');
  const [starting, setStarting] = useState<AbortController | null>(null);
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  const mode = CAPTURE_MODES.find(known => known === modeText) ?? 'auto';
  const save = saveText === '1';
  const duration = Number(seconds);
  const asked = target.trim() || WITHOUT_TARGET[mode];
  const canStart = asked !== undefined && Number.isInteger(duration) && duration >= 1 && duration <= LONGEST_S;
  const replace = { replace: true };

  async function start(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!canStart || starting) return;
    const abort = new AbortController();
    setStarting(abort);
    setFailure(null);
    const reply = await callTool<CaptureStarted>(
      'start_packet_capture',
      {
        target: asked,
        mode,
        duration,
        save,
        ...(host === null ? {} : { host }),
        ...(iface === '' ? {} : { interface: iface }),
        ...(filter.trim() === '' ? {} : { filter: filter.trim() }),
        ...(trigger === '' ? {} : { trigger }),
      },
      abort.signal,
    );
    setStarting(null);
    if (reply.success) goTo('report', { session: reply.data.session_id });
    else if (reply.error.code !== 'cancelled') setFailure(failureOf(reply));
  }

  return (
    <Panel
      title={host === null ? t('capture.start') : t('remote.capture_on', { host })}
      about={t(host === null ? 'capture.start_about' : 'remote.capture_about')}
    >
      <form className="start-capture" onSubmit={event => void start(event)}>
        <div className="col">
          <Segment
            label={t('capture.mode')}
            value={mode}
            onChange={value => setMode(value, replace)}
            options={MODES.map(value => ({ value, label: t(`capture_mode.${value}`) }))}
          />
          <p className="t2 small">{t(`capture_mode_hint.${mode}`)}</p>
        </div>
        <div className="start-fields">
          <label className="labelled wide">
            <span>{t('capture.target')}</span>
            <span className="field">
              <input
                className="mono"
                value={target}
                maxLength={2_048}
                spellCheck={false}
                autoComplete="off"
                placeholder={WITHOUT_TARGET[mode] ?? EXAMPLES[mode][0]}
                onChange={event => setTarget(event.target.value, replace)}
              />
            </span>
          </label>
          <label className="labelled">
            <span>{t('capture.duration')}</span>
            <span className="field">
              <input
                type="number"
                min={1}
                max={LONGEST_S}
                required
                value={seconds}
                onChange={event => setSeconds(event.target.value, replace)}
              />
            </span>
          </label>
          <label className="labelled">
            <span>{t('capture.interface')}</span>
            <select className="select" value={iface} onChange={event => setIface(event.target.value, replace)}>
              <option value="">{t('capture.interface_auto')}</option>
              <option value="any">{t('capture.interface_any')}</option>
              {(details ?? []).map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </div>
        <p className="row wrap small">
          <span className="muted">{t('capture.example')}</span>
          {EXAMPLES[mode].map(example => (
            <button key={example} type="button" className="tag mono" onClick={() => setTarget(example, replace)}>
              {example}
            </button>
          ))}
        </p>
        <details className="start-more" open={filter !== '' || trigger !== '' || save || undefined}>
          <summary>{t('capture.more')}</summary>
          <div className="start-fields">
            <label className="labelled wide">
              <span>{t('capture.filter')}</span>
              <span className="field">
                <input
                  className="mono"
                  value={filter}
                  maxLength={4_096}
                  spellCheck={false}
                  autoComplete="off"
                  onChange={event => setFilter(event.target.value, replace)}
                />
              </span>
              <span className="muted small">{t('capture.filter_hint')}</span>
            </label>
            <label className="labelled wide">
              <span>{t('capture.trigger')}</span>
              <select className="select" value={trigger} onChange={event => setTrigger(event.target.value, replace)}>
                {Object.entries(TRIGGERS).map(([name, value]) => (
                  <option key={name} value={value}>
                    {t(`capture.trigger_${name as keyof typeof TRIGGERS}` /* a key of the object above */)}
                  </option>
                ))}
              </select>
              {trigger !== '' && <span className="muted small">{t('capture.trigger_hint')}</span>}
            </label>
          </div>
          <Switch label={t('capture.save')} checked={save} onChange={on => setSave(on ? '1' : '0', replace)} />
          <p className="muted small">{t('capture.save_hint')}</p>
        </details>
        <div className="row wrap">
          <button type="submit" className="button primary" disabled={!canStart || blocked || starting !== null}>
            {save ? <ShieldCheck size={14} aria-hidden /> : <CircleDot size={14} aria-hidden />}
            {starting ? t('capture.starting') : t(save ? 'capture.button_save' : 'capture.button')}
          </button>
          {starting && (
            <button type="button" className="button" onClick={() => starting.abort()}>
              {t('action.cancel')}
            </button>
          )}
        </div>
        {failure && <Failure failure={failure} />}
      </form>
    </Panel>
  );
}
