import type { HostSummary } from '@shared/model/host';
import { formatCount } from '@shared/units';
import { FileInput, Plus, Server } from 'lucide-react';
import { useState } from 'react';
import { useParam } from '../../app/router';
import { Banner } from '../../components/Banner';
import { CopyButton } from '../../components/CopyButton';
import { Modal } from '../../components/Modal';
import { Failure, Note, Panel, Skeleton } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { PageHead, type Severity } from '../../components/Verdict';
import { useText } from '../../i18n';
import { isRemote, tagsOf, useHosts } from '../../store/hosts';
import { failureOf, type ToolFailure, useTool } from '../../store/use-tool';
import { Fleet } from './Fleet';
import { HostDialog } from './HostDialog';
import { HostsTable } from './HostsTable';
import { type HostBookView, LIST_TOOL, removeHost } from './host-tools';
import { ImportDialog } from './ImportDialog';
import { TestDialog } from './TestDialog';

const COMMAND = 'netsonde hosts add web-1 --address 192.0.2.10';

function Empty({ onAdd, onImport }: { onAdd: () => void; onImport: () => void }) {
  const t = useText();
  return (
    <Panel title={t('hosts.none')}>
      <Note
        icon={Server}
        title={t('hosts.none_title')}
        actions={
          <>
            <button type="button" className="button primary" onClick={onAdd}>
              <Plus size={14} aria-hidden /> {t('hosts.add')}
            </button>
            <button type="button" className="button" onClick={onImport}>
              {t('hosts.import_title')}
            </button>
          </>
        }
      >
        <p>{t('hosts.none_why')}</p>
        <div className="row remedy">
          <code className="code">{COMMAND}</code>
          <CopyButton text={COMMAND} />
        </div>
      </Note>
    </Panel>
  );
}

function RemoveDialog({ name, onClose, onDone }: { name: string; onClose: () => void; onDone: () => void }) {
  const t = useText();
  const [failure, setFailure] = useState<ToolFailure | null>(null);
  async function remove(): Promise<void> {
    const reply = await removeHost(name);
    if (!reply.success) return setFailure(failureOf(reply));
    onClose();
    onDone();
  }
  return (
    <Modal title={t('hosts.remove_title', { name })} open onClose={onClose}>
      <div className="col">
        <p>{t('hosts.remove_what')}</p>
        {failure && <Failure failure={failure} />}
        <div className="row">
          <button type="button" className="button" autoFocus onClick={onClose}>
            {t('action.cancel')}
          </button>
          <button type="button" className="button primary" onClick={() => void remove()}>
            {t('hosts.remove')}
          </button>
        </div>
      </div>
    </Modal>
  );
}

function useVerdict(hosts: readonly HostSummary[] | null): { severity: Severity; words: string } {
  const t = useText();
  if (hosts === null) return { severity: 'unknown', words: t('hosts.loading') };
  const remote = hosts.filter(isRemote);
  if (remote.length === 0) return { severity: 'unknown', words: t('hosts.verdict_none') };
  const of = (...states: HostSummary['state'][]): HostSummary[] => remote.filter(({ state }) => states.includes(state));
  const [lost, ready, degraded, idle] = [of('lost'), of('ready'), of('degraded'), of('idle', 'connecting')];
  const counts = (
    [
      ['hosts.verdict_ready', ready],
      ['hosts.verdict_degraded', degraded],
      ['hosts.verdict_lost', lost],
      ['hosts.verdict_idle', idle],
    ] as const
  ).flatMap(([key, some]) => (some.length > 0 ? t(key, { count: some.length }) : []));
  const [first] = lost;
  return {
    severity:
      lost.length > 0 ? 'warning' : ready.length === 0 && degraded.length > 0 ? 'notice' : ready.length > 0 ? 'good' : 'unknown',
    words: [
      t('hosts.verdict', { count: remote.length, shown: formatCount(remote.length), states: counts.join(t('hosts.and')) }),
      first ? `${first.name}: ${first.reason ?? t('hosts.state_lost')}` : '',
    ]
      .filter(Boolean)
      .join(t('word.sentence_gap')),
  };
}

/** Remote machines: what they are, whether they can be measured, and all of them at once. */
export function HostsPage() {
  const t = useText();
  const { hosts, failure, refresh } = useHosts();
  const [again, setAgain] = useState(0);
  const book = useTool<HostBookView>(LIST_TOOL, {}, { again });
  const [view, setView] = useParam('view', 'list');
  const [tag, setTag] = useParam('tag', '');
  const [testing, setTesting] = useParam('test', '');
  const [editing, setEditing] = useState<string | null>(null);
  const [open, setOpen] = useState<'add' | 'import' | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const { severity, words } = useVerdict(hosts);
  const changed = (): void => {
    setAgain(count => count + 1);
    void refresh();
  };
  const tags = tagsOf(hosts ?? []);
  const shown = (hosts ?? []).filter(host => tag === '' || host.tags.includes(tag));
  const isEmpty = hosts !== null && !hosts.some(isRemote);
  const entries = book.data?.hosts ?? [];
  const entry = editing === null ? null : (entries.find(({ name }) => name === editing) ?? null);
  const tagFilter = tags.length > 0 && (
    <label className="row small">
      <span className="muted">{t('hosts.tag')}</span>
      <select className="select compact" value={tag} onChange={event => setTag(event.target.value, { replace: true })}>
        <option value="">{t('action.all')}</option>
        {/* One that stands in the address and no host has any more is still said. */}
        {[...new Set(tag === '' || tags.includes(tag) ? tags : [tag, ...tags])].map(name => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="page hosts">
      <PageHead
        title={t('page.hosts')}
        severity={severity}
        verdict={words}
        actions={
          <>
            {!isEmpty && (
              <Segment
                label={t('hosts.view')}
                value={view === 'ports' ? 'ports' : 'list'}
                onChange={value => setView(value)}
                options={[
                  { value: 'list', label: t('hosts.view_list') },
                  { value: 'ports', label: t('hosts.view_ports') },
                ]}
              />
            )}
            <button type="button" className="button" onClick={() => setOpen('import')}>
              <FileInput size={14} aria-hidden /> {t('hosts.import')}
            </button>
            <button type="button" className="button" onClick={() => setOpen('add')}>
              <Plus size={14} aria-hidden /> {t('hosts.add')}
            </button>
          </>
        }
      />
      {book.data?.notice ? (
        <Banner title={t('hosts.notice')}>{book.data.notice}</Banner>
      ) : (
        book.data &&
        !book.data.secrets_lasting &&
        book.data.hosts.some(each => each.has_password || each.has_passphrase) && (
          <Banner title={t('hosts.memory_title')}>{t('hosts.secrets_memory')}</Banner>
        )
      )}
      {failure && hosts === null ? (
        <Panel title={t('hosts.table')}>
          <Failure failure={failure} onRetry={() => void refresh()} />
        </Panel>
      ) : hosts === null ? (
        <Panel title={t('hosts.table')}>
          <Skeleton rows={4} />
        </Panel>
      ) : isEmpty ? (
        <Empty onAdd={() => setOpen('add')} onImport={() => setOpen('import')} />
      ) : view === 'ports' ? (
        <>
          {tagFilter && <div className="row">{tagFilter}</div>}
          <Fleet hosts={shown} />
        </>
      ) : (
        <HostsTable
          hosts={shown}
          end={tagFilter || undefined}
          onTest={name => setTesting(name)}
          onEdit={name => setEditing(name)}
          onRemove={name => setRemoving(name)}
        />
      )}
      {(open === 'add' || entry) && (
        <HostDialog
          key={entry?.name ?? ''}
          entry={entry}
          others={entries.map(({ name }) => name).filter(name => name !== entry?.name)}
          secretsLasting={book.data?.secrets_lasting ?? false}
          onClose={() => {
            setOpen(null);
            setEditing(null);
          }}
          onSaved={(name, test) => {
            setOpen(null);
            setEditing(null);
            changed();
            if (test) setTesting(name);
          }}
        />
      )}
      {open === 'import' && <ImportDialog onClose={() => setOpen(null)} onImported={changed} />}
      {removing !== null && <RemoveDialog name={removing} onClose={() => setRemoving(null)} onDone={changed} />}
      {testing !== '' && (
        <TestDialog key={testing} host={testing} onClose={() => setTesting('')} onTested={() => void refresh()} />
      )}
    </div>
  );
}
