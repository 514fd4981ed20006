import { Switch as RadixSwitch } from 'radix-ui';
import { useId } from 'react';

export function Switch({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  const id = useId();
  return (
    <span className="switch">
      <RadixSwitch.Root id={id} checked={checked} onCheckedChange={onChange} />
      <label htmlFor={id}>{label}</label>
    </span>
  );
}
