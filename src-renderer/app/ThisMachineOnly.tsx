import { Info } from 'lucide-react';
import { useText } from '../i18n';
import { useStatus } from '../store/status';
import { chooseHost } from './router';

/** What a page says that can only show this machine while another one is chosen. Stays: who overlooks it takes one machine for the other. */
export function ThisMachineOnly({ host }: { host: string }) {
  const t = useText();
  const own = useStatus(state => state.status?.host) ?? '';
  return (
    <section className="banner this-machine" aria-label={t('hosts.only_label')}>
      <Info size={16} aria-hidden />
      <span className="grow">
        <b>{t('hosts.only_here', { own })}</b> {t('hosts.only_why', { host })}
      </span>
      <button type="button" className="button" onClick={() => chooseHost(null)}>
        {t('hosts.to_this_machine')}
      </button>
    </section>
  );
}
