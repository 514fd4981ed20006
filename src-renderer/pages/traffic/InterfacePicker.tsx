import type { NetworkInterface } from '@shared/model/interface';
import { memo } from 'react';
import { Segment } from '../../components/Segment';
import { useText } from '../../i18n';

/** More would not fit beside each other at 900 px. */
const AS_BUTTONS = 6;

/** Which interface; the default one first. */
export const InterfacePicker = memo(function InterfacePicker({
  details,
  value,
  onChange,
}: {
  details: readonly NetworkInterface[] | null;
  value: string | null;
  onChange: (name: string) => void;
}) {
  const t = useText();
  const sorted = (details ?? []).toSorted(
    (a, b) =>
      Number(b.is_default) - Number(a.is_default) || Number(a.loopback) - Number(b.loopback) || (a.index ?? 0) - (b.index ?? 0),
  );
  const names = sorted.map(({ name }) => name);
  // One that went away stays chosen: its samples are still there.
  if (value !== null && !names.includes(value)) names.unshift(value);
  return (
    <div className="picker">
      {names.length <= AS_BUTTONS ? (
        <Segment
          label={t('traffic.interface')}
          value={value ?? ''}
          onChange={onChange}
          options={names.map(name => ({ value: name, label: name }))}
        />
      ) : (
        <label className="row">
          <span className="muted">{t('traffic.interface')}</span>
          <select className="select" value={value ?? ''} onChange={event => onChange(event.target.value)}>
            {names.map(name => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <span className="muted small ellipsis">
        {sorted
          .filter(({ name }) => name === value)
          .map(({ kind, addresses, mtu, mac }) =>
            [kind, ...addresses, mac, mtu === null ? null : `MTU ${mtu}`].filter(part => part !== null).join(' · '),
          )}
      </span>
    </div>
  );
});
