import type { Scope, TokenSummary } from '@shared/model/settings';
import { formatAge, formatCount, formatIso } from '@shared/units';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Modal } from '../../components/Modal';
import { NumberHead } from '../../components/NumberHead';
import { Failure, Panel } from '../../components/Panel';
import { useText } from '../../i18n';
import { callTool, failureOf, type ToolFailure } from '../../store/use-tool';

/** What a token can be used for today; the scopes of remote hosts and of the assistant come with them. */
const OFFERED: readonly Scope[] = ['read', 'capture'];

function NewToken({ open, onClose, onMade }: { open: boolean; onClose: () => void; onMade: () => void }) {
  const t = useText();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [secret, setSecret] = useState<string | null>(null);
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  const [nameless, setNameless] = useState(false);
  function close(): void {
    setNameless(false);
    setName('');
    setScopes(['read']);
    setSecret(null);
    setFailure(null);
    onClose();
  }
  async function make(): Promise<void> {
    const missing = name.trim() === '';
    setNameless(missing);
    if (missing) return;
    const reply = await callTool<{ secret: string }>('create_token', { name, scopes });
    if (!reply.success) return setFailure(failureOf(reply));
    setFailure(null);
    setSecret(reply.data.secret);
    onMade();
  }
  return (
    <Modal title={t('tokens.new')} open={open} onClose={close}>
      {secret !== null ? (
        <div className="col">
          <p>{t('tokens.once')}</p>
          <code className="code">{secret}</code>
          <div className="row">
            <CopyButton primary label={t('tokens.copy')} text={secret} />
            <button type="button" className="button" onClick={close}>
              {t('action.done')}
            </button>
          </div>
        </div>
      ) : (
        <form
          className="col"
          noValidate
          onSubmit={event => {
            event.preventDefault();
            void make();
          }}
        >
          <label className="col">
            {t('tokens.client')}
            <span className="field" data-invalid={nameless}>
              <input
                autoFocus
                required
                aria-invalid={nameless}
                aria-describedby="token-name-missing"
                maxLength={64}
                value={name}
                placeholder="Claude Code"
                onChange={event => {
                  setName(event.target.value);
                  setNameless(false);
                }}
              />
            </span>
          </label>
          <p id="token-name-missing" className="small critical" role="status">
            {nameless ? t('tokens.no_name') : ''}
          </p>
          <fieldset className="scopes">
            <legend>{t('tokens.may')}</legend>
            {OFFERED.map(scope => (
              <label key={scope} className="scope">
                <input
                  type="checkbox"
                  checked={scopes.includes(scope)}
                  onChange={event =>
                    setScopes(event.target.checked ? [...scopes, scope] : scopes.filter(other => other !== scope))
                  }
                />
                <span>
                  <b>{scope}</b> <span className="muted">{t(`scope_hint.${scope}`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          {failure && <Failure failure={failure} />}
          <div className="row">
            <button type="submit" className="button primary" disabled={scopes.length === 0}>
              {t('tokens.make')}
            </button>
            <button type="button" className="button" onClick={close}>
              {t('action.cancel')}
            </button>
          </div>
        </form>
      )}
    </Modal>
  );
}

function RevokeDialog({ token, onClose, onDone }: { token: TokenSummary | null; onClose: () => void; onDone: () => void }) {
  const t = useText();
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  async function revoke(id: string): Promise<void> {
    const reply = await callTool('revoke_token', { id });
    if (!reply.success) return setFailure(failureOf(reply));
    setFailure(null);
    onClose();
    onDone();
  }
  return (
    <Modal title={token?.primary ? t('tokens.renew') : t('tokens.revoke')} open={token !== null} onClose={onClose}>
      <div className="col">
        <p>{t(token?.primary ? 'tokens.renew_what' : 'tokens.revoke_what', { name: token?.name ?? '' })}</p>
        {failure && <Failure failure={failure} />}
        <div className="row">
          <button type="button" className="button" autoFocus onClick={onClose}>
            {t('action.cancel')}
          </button>
          <button type="button" className="button primary" onClick={() => token && void revoke(token.id)}>
            {t(token?.primary ? 'tokens.renew' : 'tokens.revoke')}
          </button>
        </div>
      </div>
    </Modal>
  );
}

/** One token a client, so that one can be taken away alone. */
export function TokensPanel({ tokens, onChange }: { tokens: readonly TokenSummary[]; onChange: () => void }) {
  const t = useText();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<TokenSummary | null>(null);
  return (
    <Panel
      title={t('tokens.title')}
      about={t('tokens.about')}
      end={
        <button type="button" className="button compact" onClick={() => setMaking(true)}>
          <Plus size={14} aria-hidden /> {t('tokens.new')}
        </button>
      }
    >
      <div className="scroll-x">
        <table className="table roomy tokens">
          <thead>
            <tr>
              <th scope="col">{t('tokens.client')}</th>
              <th scope="col">{t('tokens.may')}</th>
              <th scope="col">{t('tokens.last_call')}</th>
              <NumberHead>{t('tokens.calls')}</NumberHead>
              <th scope="col">
                <span className="visually-hidden">{t('tokens.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.map(token => (
              <tr key={token.id}>
                <td title={formatIso(Date.parse(token.created_at))}>
                  <b>{token.name}</b> <span className="mono muted">…{token.ending}</span>{' '}
                  {token.primary && <span className="tag">{t('tokens.main')}</span>}
                </td>
                <td>
                  {token.scopes.map(scope => (
                    <span key={scope} className="tag scope-tag">
                      {scope}
                    </span>
                  ))}
                </td>
                <td>
                  {token.last_call_at === null ? (
                    <span className="muted">{t('tokens.never')}</span>
                  ) : (
                    <span title={formatIso(Date.parse(token.last_call_at))}>
                      {t('word.ago', { age: formatAge((Date.now() - Date.parse(token.last_call_at)) / 1000) })}
                    </span>
                  )}
                </td>
                <td className="r">
                  {token.calls_today === 0 ? <span className="zero">0</span> : formatCount(token.calls_today)}
                </td>
                <td className="r">
                  <button
                    type="button"
                    className="button compact"
                    aria-label={`${t(token.primary ? 'tokens.renew' : 'tokens.revoke')} ${token.name}`}
                    onClick={() => setRevoking(token)}
                  >
                    {t(token.primary ? 'tokens.renew' : 'tokens.revoke')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <NewToken open={making} onClose={() => setMaking(false)} onMade={onChange} />
      <RevokeDialog token={revoking} onClose={() => setRevoking(null)} onDone={onChange} />
    </Panel>
  );
}
