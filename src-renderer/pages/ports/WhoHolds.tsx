import type { PortCheck, PortOccupation } from '@shared/model/port';
import { formatAge, formatEndpoint, formatIso, formatMilliseconds } from '@shared/units';
import { Lock, Unlock } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { hrefOf, useParam } from '../../app/router';
import { CopyButton } from '../../components/CopyButton';
import { Failure } from '../../components/Panel';
import { Program, ProgramLink } from '../../components/Program';
import { Segment } from '../../components/Segment';
import { useText } from '../../i18n';
import type { Listener } from '../../store/aggregate';
import { selectProcessLimit, useStatus } from '../../store/status';
import { type ToolState, useTool } from '../../store/use-tool';
import { readRecent, rememberPort } from './recent-ports';

/** Long enough for the next digit, short enough to seem at once. */
const TYPING_MS = 120;
const PORT = /^[1-9]\d{0,4}$/;

export function parsePort(text: string): number | null {
  const clean = text.trim();
  return PORT.test(clean) && Number(clean) <= 65_535 ? Number(clean) : null;
}

function Holder({ held, port, proto, remote }: { held: PortOccupation; port: number; proto: string; remote: boolean }) {
  const t = useText();
  const age = held.started_at === null ? null : (Date.now() - Date.parse(held.started_at)) / 1000;
  return (
    <dl className="facts holder">
      <dt>{t('column.process')}</dt>
      <dd className="row wrap">
        {remote ? <Program name={held.program} /> : <ProgramLink name={held.program} pid={held.pid} hidePid />}
        {held.pid !== null && <span className="muted">pid {held.pid}</span>}
      </dd>
      <dt>{t('column.address')}</dt>
      <dd className="mono">
        {formatEndpoint(held.local_ip, port, false)}{' '}
        <span className="muted">{held.state === '-' ? proto.toUpperCase() : held.state}</span>
      </dd>
      {held.command_line !== null && (
        <>
          <dt>{t('ports.command')}</dt>
          <dd className="mono">{held.command_line}</dd>
        </>
      )}
      <dt>{t('column.user')}</dt>
      <dd>{held.user ?? <span className="muted">–</span>}</dd>
      <dt>{t('ports.since')}</dt>
      <dd>
        {age === null ? (
          <span className="muted">–</span>
        ) : (
          <span title={formatIso(Date.parse(held.started_at ?? ''))}>{t('word.ago', { age: formatAge(age) })}</span>
        )}
      </dd>
    </dl>
  );
}

function Answer({
  answer,
  port,
  proto,
  host,
}: {
  answer: ToolState<PortCheck>;
  port: number | null;
  proto: string;
  host: string | null;
}) {
  const t = useText();
  const ownLimit = useStatus(selectProcessLimit);
  const processLimit = host === null ? ownLimit : null;
  if (port === null) return <p className="muted">{t('ports.ask')}</p>;
  if (answer.state === 'failed') return <Failure failure={answer.failure} />;
  const check = answer.data;
  if (!check) return <p className="muted skeleton">{t('ports.asking', { port })}</p>;
  const what = `${port}/${proto.toUpperCase()}`;
  const programs = [...new Set(check.occupations.map(({ program }) => program))].map(program =>
    program === '-' ? t('ports.someone') : program,
  );
  return (
    <>
      <h2 className="answer">
        {check.is_occupied ? <Lock size={18} aria-hidden /> : <Unlock size={18} className="good" aria-hidden />}
        {check.is_occupied ? t('ports.held', { programs: programs.join(', '), what }) : t('ports.free', { what })}
        {check.occupations[0]?.service && <span className="tag">{check.occupations[0].service}</span>}
      </h2>
      <p className="t2">
        {check.blocked_by ? check.blocked_by.text : check.is_occupied ? t('ports.held_hint') : t('ports.free_hint')}
      </p>
      {check.occupations.some(({ program }) => program === '-') && processLimit && (
        <p className="small" data-testid="unseen-why">
          {[processLimit.reason, processLimit.remedy].filter(Boolean).join(t('word.sentence_gap'))}
        </p>
      )}
      <div className="holders">
        {check.occupations.map(held => (
          <Holder
            key={`${held.local_ip}-${held.pid}-${held.state}`}
            held={held}
            port={port}
            proto={proto}
            remote={host !== null}
          />
        ))}
      </div>
      {check.is_occupied && (
        <div className="row wrap">
          <a className="button" href={hrefOf('connections', host, { filter: `lport:${port} proto:${proto}` })}>
            {t('ports.show_connections')}
          </a>
          {check.occupations[0]?.pid != null && (
            <CopyButton label={t('ports.copy_pid', { pid: check.occupations[0].pid })} text={String(check.occupations[0].pid)} />
          )}
        </div>
      )}
    </>
  );
}

/** "Who holds port N?", answered while it is typed. A listener that comes or goes asks again. @param host null: this machine */
export function WhoHolds({
  listeners,
  atMs,
  host = null,
}: {
  listeners: readonly Listener[];
  /** Of the reading that the listeners are from. */
  atMs: number | null;
  host?: string | null;
}) {
  const t = useText();
  const [text, setText] = useParam('port', '');
  const [protoText, setProto] = useParam('proto', 'tcp');
  const [recent, setRecent] = useState(readRecent);
  const proto = protoText === 'udp' ? 'udp' : 'tcp';
  const port = parsePort(text);
  const holders = listeners.filter(listener => listener.port === port && listener.protocol.toLowerCase() === proto);
  const told = useRef<PortCheck | null>(null);
  // A listener can come and go between two readings of the table: while table and answer disagree, each reading asks again.
  const agreed = told.current?.check_port !== port || told.current.is_occupied === holders.length > 0;
  const again = agreed ? holders.reduce((sum, { ids }) => sum + ids.length, 0) : (atMs ?? 0);
  const answer = useTool<PortCheck>(
    'check_port_occupation',
    port === null ? null : { port, proto, ...(host === null ? {} : { host }) },
    {
      delayMs: TYPING_MS,
      again,
    },
  );
  const answered = answer.data?.check_port === port ? answer.data : null;
  useEffect(() => {
    told.current = answered;
    if (answered) setRecent(rememberPort(answered.check_port, answered.proto));
  }, [answered]);
  return (
    <div className="panel who-holds">
      <div className="ask">
        <label htmlFor="port" className="strong">
          {t('ports.who')}
        </label>
        <div className="row">
          <span className="field port-field" data-invalid={text !== '' && port === null}>
            <input
              id="port"
              inputMode="numeric"
              autoComplete="off"
              spellCheck={false}
              maxLength={5}
              placeholder="8080"
              value={text}
              aria-invalid={text !== '' && port === null}
              aria-describedby="port-hint"
              onChange={event => setText(event.target.value, { replace: true })}
            />
          </span>
          <Segment
            label={t('column.protocol')}
            value={proto}
            onChange={value => setProto(value, { replace: true })}
            options={[
              { value: 'tcp', label: 'TCP' },
              { value: 'udp', label: 'UDP' },
            ]}
          />
        </div>
        <p id="port-hint" className="muted small">
          {text !== '' && port === null
            ? t('ports.not_a_port')
            : answered
              ? t('ports.answered', { cost: formatMilliseconds(answered.source.duration_ms), backend: answered.source.backend })
              : t('ports.hint')}
        </p>
        {recent.length > 0 && (
          <div className="row wrap recent">
            <span className="muted small">{t('ports.recent')}</span>
            {recent.map(entry => (
              <button
                key={`${entry.port}-${entry.proto}`}
                type="button"
                className="button compact mono"
                onClick={() => {
                  setText(String(entry.port), { replace: true });
                  setProto(entry.proto, { replace: true });
                }}
              >
                {entry.port}
                {entry.proto === 'udp' && ' UDP'}
              </button>
            ))}
          </div>
        )}
      </div>
      <div className="answer-box" aria-live="polite">
        <Answer answer={answer} port={port} proto={proto} host={host} />
      </div>
    </div>
  );
}
