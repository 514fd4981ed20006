import { Check, ChevronDown, Server } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { HostStateMark } from '../components/HostState';
import { useText } from '../i18n';
import { isRemote, selectHosts, useHosts } from '../store/hosts';
import { useStatus } from '../store/status';
import { chooseHost, goToPage, useHost } from './router';

/** Stands for this machine in the menu: no host may be called so. */
const THIS_MACHINE = 'localhost';

/** Which machine the pages are about; it stands in the address, so that a link and a reload keep it. */
export function HostSwitcher() {
  const t = useText();
  const own = useStatus(state => state.status?.host) ?? '–';
  const hosts = useHosts(selectHosts).filter(isRemote);
  const chosen = useHost();
  const host = hosts.find(({ name }) => name === chosen);
  return (
    <span className="host">
      <DropdownMenu.Root modal={false} onOpenChange={open => open && void useHosts.getState().refresh()}>
        <DropdownMenu.Trigger asChild>
          <button type="button" className="button quiet host-switch" aria-label={t('hosts.switch', { host: chosen ?? own })}>
            {host ? <HostStateMark state={host.state} /> : <Server size={16} strokeWidth={1.75} aria-hidden />}
            <b className="ellipsis">{chosen ?? own}</b>
            <span className={chosen === null ? 'muted wide-only' : 'notice wide-only'}>
              {t(chosen === null ? 'bar.this_machine' : 'hosts.remote')}
            </span>
            <ChevronDown size={14} aria-hidden />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
            <DropdownMenu.RadioGroup
              value={chosen ?? THIS_MACHINE}
              onValueChange={name => chooseHost(name === THIS_MACHINE ? null : name)}
            >
              <DropdownMenu.RadioItem className="menu-item" value={THIS_MACHINE}>
                <span className="mark">{chosen === null && <Check size={14} aria-hidden />}</span>
                {own}
                <span className="end">{t('bar.this_machine')}</span>
              </DropdownMenu.RadioItem>
              {hosts.map(({ name, address, state }) => (
                <DropdownMenu.RadioItem key={name} className="menu-item" value={name}>
                  <span className="mark">{chosen === name && <Check size={14} aria-hidden />}</span>
                  <HostStateMark state={state} />
                  {name}
                  <span className="end">
                    {address !== null && address !== name && <span className="mono">{address} </span>}
                    {t(`hosts.state_${state}`)}
                  </span>
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
            <DropdownMenu.Separator className="menu-line" />
            <DropdownMenu.Item className="menu-item" onSelect={() => goToPage('hosts')}>
              <span className="mark" />
              {t(hosts.length === 0 ? 'hosts.add_first' : 'hosts.manage')}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </span>
  );
}
