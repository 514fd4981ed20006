import type { HostTest, HostTestStep, ShownKey } from '@shared/model/host';
import { formatMilliseconds } from '@shared/units';
import { CircleCheck, CircleDashed, KeyRound, OctagonX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Modal } from '../../components/Modal';
import { Failure } from '../../components/Panel';
import { useText } from '../../i18n';
import { failureOf, type ToolFailure } from '../../store/use-tool';
import { testHost, trustHost } from './host-tools';

/** Of the key file on the machine itself. */
const KEY_FILES = new Map([
  ['ssh-ed25519', 'ed25519'],
  ['ssh-rsa', 'rsa'],
]);
const keyFile = (type: string): string =>
  `/etc/ssh/ssh_host_${KEY_FILES.get(type) ?? (type.startsWith('ecdsa') ? 'ecdsa' : 'rsa')}_key.pub`;

function Step({ step, tested, hinted }: { step: HostTestStep; tested: string; hinted: boolean }) {
  const t = useText();
  const Icon = step.ok ? CircleCheck : OctagonX;
  return (
    <li className={step.ok ? 'test-step' : 'test-step failed'}>
      <Icon
        size={16}
        className={step.ok ? 'good' : 'critical'}
        role="img"
        aria-label={t(step.ok ? 'hosts.ok' : 'hosts.failed')}
      />
      <div className="grow">
        <b>{t(`hosts.step_${step.step}`)}</b> {step.host !== tested && <span className="tag">{step.host}</span>}
        <p className="t2 wrap-anywhere">{step.text}</p>
        {!step.ok && hinted && step.hint && <p className="advice">{step.hint}</p>}
      </div>
      <span className="muted small nowrap">{formatMilliseconds(step.duration_ms)}</span>
    </li>
  );
}

/** An unknown key, for a person to compare. A changed one is never offered: it is explained. */
function KeyCard({ shown, busy, onTrust }: { shown: ShownKey; busy: boolean; onTrust: () => void }) {
  const t = useText();
  const command = `ssh-keygen -l -f ${keyFile(shown.type)}`;
  const refused = shown.state !== 'unknown';
  return (
    <section className={refused ? 'key-card refused' : 'key-card'} aria-label={t('hosts.key_of', { host: shown.host })}>
      <h3 className="row">
        <KeyRound size={16} className={refused ? 'critical' : 'accent'} aria-hidden />
        {t(refused ? `hosts.key_${shown.state === 'revoked' ? 'revoked' : 'changed'}` : 'hosts.key_unknown', {
          host: shown.host,
        })}
      </h3>
      <div className="row">
        <code className="fingerprint" data-testid="fingerprint">
          {shown.fingerprint}
        </code>
        <CopyButton text={shown.fingerprint} />
      </div>
      <p className="muted small">{shown.type}</p>
      {refused ? (
        <p>{t('hosts.key_changed_what')}</p>
      ) : (
        <>
          <p>{t('hosts.key_compare')}</p>
          <div className="row">
            <code className="code grow">{command}</code>
            <CopyButton text={command} />
          </div>
          <div className="row wrap">
            <button type="button" className="button" disabled={busy} onClick={onTrust}>
              {t('hosts.key_accept')}
            </button>
            <span className="muted small">{t('hosts.key_kept')}</span>
          </div>
        </>
      )}
    </section>
  );
}

/** Reaches a host step by step. */
export function TestDialog({ host, onClose, onTested }: { host: string; onClose: () => void; onTested: () => void }) {
  const t = useText();
  const [result, setResult] = useState<HostTest | null>(null);
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  /** The steps that were begun, newest last; null: none runs. The ones before it ended well, or it would not have begun. */
  const [begun, setBegun] = useState<readonly string[] | null>([]);
  const [round, setRound] = useState(0);
  const tested = useRef(onTested);
  tested.current = onTested;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- round: the button begins anew
  useEffect(() => {
    const abort = new AbortController();
    setBegun([]);
    setResult(null);
    setFailure(null);
    void testHost(host, abort.signal, message => {
      if (!abort.signal.aborted) setBegun(before => [...(before ?? []), message]);
    }).then(reply => {
      if (abort.signal.aborted) return;
      setBegun(null);
      if (reply.success) setResult(reply.data);
      else setFailure(failureOf(reply));
      tested.current();
    });
    return () => abort.abort();
  }, [host, round]);
  async function trust(key: ShownKey): Promise<void> {
    setBegun([]);
    const reply = await trustHost(key.host, key.fingerprint);
    if (reply.success) return setRound(before => before + 1);
    setBegun(null);
    setFailure(failureOf(reply));
  }
  const asked = result?.keys.filter(({ state }) => state !== 'known') ?? [];
  return (
    <Modal title={t('hosts.test_title', { name: host })} open onClose={onClose} className="host-test">
      <div className="col" aria-busy={begun !== null}>
        <ol className="test-steps" aria-label={t('hosts.steps')}>
          {result?.steps.map(step => (
            <Step
              key={`${step.host} ${step.step}`}
              step={step}
              tested={host}
              // What to do about a key stands in its card.
              hinted={!(step.step === 'host_key' && asked.length > 0)}
            />
          ))}
          {!result &&
            begun?.map((message, at) => (
              <li key={message} className="test-step">
                {at < begun.length - 1 ? (
                  <CircleCheck size={16} className="good" role="img" aria-label={t('hosts.ok')} />
                ) : (
                  <CircleDashed size={16} className="muted" aria-hidden />
                )}
                <span className="grow t2">{message}</span>
              </li>
            ))}
          {begun?.length === 0 && (
            <li className="test-step">
              <CircleDashed size={16} className="muted" aria-hidden />
              <span className="grow t2">{t('hosts.testing', { name: host })}</span>
            </li>
          )}
        </ol>
        <p className="visually-hidden" role="status">
          {result ? t(result.ok ? 'hosts.test_good' : 'hosts.test_bad', { name: host }) : ''}
        </p>
        {asked.map(key => (
          <KeyCard key={`${key.host} ${key.fingerprint}`} shown={key} busy={begun !== null} onTrust={() => void trust(key)} />
        ))}
        {result?.ok && (
          <p className="row">
            <CircleCheck size={16} className="good" aria-hidden /> <b>{t('hosts.test_good', { name: host })}</b>
          </p>
        )}
        {failure && <Failure failure={failure} />}
        <div className="row wrap">
          {result?.ok && (
            <a className="button primary" href={`#/connections?host=${encodeURIComponent(host)}`}>
              {t('hosts.show_connections')}
            </a>
          )}
          <button type="button" className="button" disabled={begun !== null} onClick={() => setRound(before => before + 1)}>
            {t('hosts.test_again')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t('action.close')}
          </button>
        </div>
      </div>
    </Modal>
  );
}
