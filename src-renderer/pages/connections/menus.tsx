import { Columns3, ListTree, Star } from 'lucide-react';
import { useState } from 'react';
import { Menu } from '../../components/Menu';
import { Modal } from '../../components/Modal';
import { useText } from '../../i18n';
import { useSettings } from '../../store/settings';
import { ALL_COLUMNS } from './column-ids';
import { makeColumns } from './columns';
import type { GroupBy } from './order';

export function ColumnsMenu({ value, onChange }: { value: readonly string[]; onChange: (ids: string[]) => void }) {
  const t = useText();
  const titles = makeColumns({ t, nowMs: Date.now, isFavourite: () => false, onFavourite: () => undefined });
  return (
    <Menu
      trigger={
        <button type="button" className="button">
          <Columns3 size={14} aria-hidden /> {t('connections.columns')}
        </button>
      }
      entries={ALL_COLUMNS.map(id => ({
        id,
        label: titles[id].title,
        checked: value.includes(id),
        note: titles[id].hint,
        onSelect: () => onChange(ALL_COLUMNS.filter(other => (other === id ? !value.includes(id) : value.includes(other)))),
      }))}
    />
  );
}

export function GroupMenu({ value, onChange }: { value: GroupBy; onChange: (value: GroupBy) => void }) {
  const t = useText();
  return (
    <Menu
      trigger={
        <button type="button" className="button">
          <ListTree size={14} aria-hidden /> {t('connections.group')} <span className="muted">{t(`group.${value}`)}</span>
        </button>
      }
      entries={(['none', 'process', 'host'] as const).map(id => ({
        id,
        label: t(`group.${id}`),
        checked: value === id,
        onSelect: () => onChange(id),
      }))}
    />
  );
}

/** Filters kept by name. */
export function SavedMenu({ query, valid, onUse }: { query: string; valid: boolean; onUse: (query: string) => void }) {
  const t = useText();
  const saved = useSettings(({ settings }) => settings.saved_filters);
  const change = useSettings(state => state.change);
  const [name, setName] = useState<string | null>(null);
  const known = saved.find(entry => entry.query === query);
  function save(): void {
    const clean = name?.trim() ?? '';
    if (clean === '') return;
    void change({ saved_filters: [...saved.filter(entry => entry.name !== clean), { name: clean, query }] });
    setName(null);
  }
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="button">
            <Star size={14} aria-hidden /> {known ? known.name : t('filter.saved')}
          </button>
        }
        title={saved.length === 0 ? t('filter.none_saved') : undefined}
        entries={[
          ...saved.map(entry => ({
            id: `use-${entry.name}`,
            label: entry.name,
            note: entry.query,
            onSelect: () => onUse(entry.query),
          })),
          ...(known
            ? [
                {
                  id: 'remove',
                  label: t('filter.forget', { name: known.name }),
                  onSelect: () => void change({ saved_filters: saved.filter(entry => entry !== known) }),
                },
              ]
            : [
                {
                  id: 'save',
                  label: t('filter.save'),
                  disabled: query === '' || !valid || saved.length >= 50,
                  onSelect: () => setName(''),
                },
              ]),
        ]}
      />
      <Modal title={t('filter.save')} open={name !== null} onClose={() => setName(null)}>
        <form
          className="col"
          onSubmit={event => {
            event.preventDefault();
            save();
          }}
        >
          <code className="code">{query}</code>
          <label className="col">
            {t('column.name')}
            <span className="field">
              <input autoFocus maxLength={64} required value={name ?? ''} onChange={event => setName(event.target.value)} />
            </span>
          </label>
          <div className="row">
            <button type="submit" className="button primary">
              {t('action.save')}
            </button>
            <button type="button" className="button" onClick={() => setName(null)}>
              {t('action.cancel')}
            </button>
          </div>
        </form>
      </Modal>
    </>
  );
}
