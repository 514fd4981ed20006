import { ShieldAlert } from 'lucide-react';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Modal } from '../../components/Modal';
import { Failure } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { Switch } from '../../components/Switch';
import { useText } from '../../i18n';
import { failureOf, type ToolFailure } from '../../store/use-tool';
import { formOf, type HostForm, missingIn, profileOf } from './form';
import { addHost, type HostEntry, updateHost } from './host-tools';

interface HostDialogProps {
  /** null: a new one */
  entry: HostEntry | null;
  /** Those it may be reached through. */
  others: readonly string[];
  secretsLasting: boolean;
  onClose: () => void;
  /** @param name of the host that was saved @param test whether it is to be tested at once */
  onSaved: (name: string, test: boolean) => void;
}

function Field({ label, hint, wide, children }: { label: string; hint?: ReactNode; wide?: boolean; children: ReactNode }) {
  return (
    <label className={wide ? 'labelled wide' : 'labelled'}>
      <span>{label}</span>
      {children}
      {hint && <span className="muted small">{hint}</span>}
    </label>
  );
}

/** A new secret, or the one that is kept: what it is, is never shown. */
function SecretField({
  label,
  value,
  kept,
  forget,
  onChange,
  onForget,
}: {
  label: string;
  value: string;
  kept: boolean;
  forget: boolean;
  onChange: (value: string) => void;
  onForget: (forget: boolean) => void;
}) {
  const t = useText();
  return (
    <div className="labelled">
      <Field label={label}>
        <span className="field">
          <input
            type="password"
            autoComplete="new-password"
            maxLength={1_024}
            value={value}
            placeholder={kept && !forget ? t('hosts.kept') : ''}
            onChange={event => onChange(event.target.value)}
          />
        </span>
      </Field>
      {kept && (
        <label className="scope small">
          <input type="checkbox" checked={forget} onChange={event => onForget(event.target.checked)} />
          {t('hosts.forget')}
        </label>
      )}
    </div>
  );
}

/** A host as the user describes it. Nothing is connected to before it is tested or asked for. */
export function HostDialog({ entry, others, secretsLasting, onClose, onSaved }: HostDialogProps) {
  const t = useText();
  const [form, setForm] = useState(() => formOf(entry));
  const [missing, setMissing] = useState<'address' | 'port' | null>(null);
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  const [saving, setSaving] = useState(false);
  const errorId = useId();
  const set = <Key extends keyof HostForm>(key: Key, value: HostForm[Key]): void => {
    setForm(before => ({ ...before, [key]: value }));
    setMissing(null);
  };
  const text = (key: 'name' | 'address' | 'port' | 'username' | 'key_file' | 'tags', extra: object = {}): ReactNode => (
    <span className="field" data-invalid={missing === key}>
      <input
        value={form[key]}
        spellCheck={false}
        autoComplete="off"
        maxLength={1_024}
        aria-invalid={missing === key}
        aria-describedby={missing === key ? errorId : undefined}
        onChange={event => set(key, event.target.value)}
        {...extra}
      />
    </span>
  );
  async function save(test: boolean): Promise<void> {
    const wrong = missingIn(form);
    setMissing(wrong);
    if (wrong || saving) return;
    setSaving(true);
    const profile = profileOf(form);
    const reply = await (entry ? updateHost(entry.name, profile) : addHost(profile));
    setSaving(false);
    if (!reply.success) return setFailure(failureOf(reply));
    onSaved(profile.name, test);
  }
  return (
    <Modal title={entry ? t('hosts.edit_title', { name: entry.name }) : t('hosts.add')} open onClose={onClose} className="host">
      <form
        className="col host-form"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save(true);
        }}
      >
        <div className="host-fields">
          <Field label={t('hosts.address')}>{text('address', { className: 'mono', placeholder: '192.0.2.10' })}</Field>
          <Field label={t('hosts.port')}>{text('port', { inputMode: 'numeric', maxLength: 5 })}</Field>
          <Field label={t('hosts.user')}>{text('username', { className: 'mono' })}</Field>
          <Field label={t('hosts.name')}>{text('name', { placeholder: form.address.trim() || 'web-1' })}</Field>
          <Field label={t('hosts.tags')} wide>
            {text('tags', { placeholder: t('hosts.tags_example') })}
          </Field>
        </div>
        <p id={errorId} className="small critical" role="status">
          {missing ? t(`hosts.missing_${missing}`) : ''}
        </p>
        <fieldset className="scopes">
          <legend>{t('hosts.login')}</legend>
          <div className="col">
            <Switch label={t('hosts.agent')} checked={form.agent} onChange={on => set('agent', on)} />
            <div className="host-fields two">
              <Field label={t('hosts.key_file')} hint={t('hosts.key_file_hint')}>
                {text('key_file', { className: 'mono', placeholder: '~/.ssh/id_ed25519' })}
              </Field>
              <SecretField
                label={t('hosts.passphrase')}
                value={form.passphrase}
                kept={entry?.has_passphrase ?? false}
                forget={form.forget_passphrase}
                onChange={value => set('passphrase', value)}
                onForget={on => set('forget_passphrase', on)}
              />
              <SecretField
                label={t('hosts.password')}
                value={form.password}
                kept={entry?.has_password ?? false}
                forget={form.forget_password}
                onChange={value => set('password', value)}
                onForget={on => set('forget_password', on)}
              />
              <p className="small t2 secret-where">
                <ShieldAlert size={14} aria-hidden /> {t(secretsLasting ? 'hosts.secrets_keychain' : 'hosts.secrets_memory')}
              </p>
            </div>
          </div>
        </fieldset>
        <details
          className="host-more"
          open={entry !== null && (form.jump !== '' || form.via !== 'ssh' || form.helper || form.legacy) ? true : undefined}
        >
          <summary>{t('hosts.more')}</summary>
          <div className="col">
            <Field label={t('hosts.jump')} hint={t('hosts.jump_hint')}>
              <select className="select" value={form.jump} onChange={event => set('jump', event.target.value)}>
                <option value="">{t('hosts.jump_none')}</option>
                {others.map(name => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </Field>
            <div className="labelled">
              <span>{t('hosts.via')}</span>
              <Segment
                label={t('hosts.via')}
                value={form.via}
                onChange={value => set('via', value)}
                options={[
                  { value: 'ssh', label: t('hosts.via_ssh') },
                  { value: 'netsonde', label: t('hosts.via_netsonde') },
                ]}
              />
            </div>
            <div className="labelled">
              <span>{t('hosts.privilege')}</span>
              <Segment
                label={t('hosts.privilege')}
                value={form.privilege}
                onChange={value => set('privilege', value)}
                options={[
                  { value: 'auto', label: t('hosts.privilege_auto') },
                  { value: 'none', label: t('hosts.privilege_none') },
                ]}
              />
            </div>
            <Switch label={t('hosts.helper')} checked={form.helper} onChange={on => set('helper', on)} />
            <p className="muted small">{t('hosts.helper_hint')}</p>
            <Switch label={t('hosts.legacy')} checked={form.legacy} onChange={on => set('legacy', on)} />
            <p className="muted small">{t('hosts.legacy_hint')}</p>
          </div>
        </details>
        {failure && <Failure failure={failure} />}
        <div className="row wrap">
          <button type="submit" className="button primary" disabled={saving}>
            {t('hosts.save_test')}
          </button>
          <button type="button" className="button" disabled={saving} onClick={() => void save(false)}>
            {t('action.save')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t('action.cancel')}
          </button>
        </div>
      </form>
    </Modal>
  );
}
