import { NetsondeError } from '@shared/errors';
import { hostName, shownKey } from '@shared/model/host';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const trustHost = defineTool({
  name: 'trust_host',
  title: 'Accept the key of a host',
  description:
    'Note the key of a host as known, after a person has compared its fingerprint. Nothing is noted when the host shows another key now; a changed key is never accepted.',
  audience: 'interface',
  scope: 'remote',
  readOnly: false,
  input: z.strictObject({ host: hostName, fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/) }),
  output: shownKey,
  async run({ host, fingerprint }, { hostStore }, { signal }) {
    const { testHost } = await import('../hosts/test-host');
    const { keys, error } = await testHost(hostStore, host, { signal, onlyKey: true });
    const [target] = hostStore.book.route(host).slice(-1);
    const shown = keys.find(key => key.host === target?.name);
    // Its key was not seen: the reason is the answer. A changed key is one.
    if (!target || !shown || shown.state === 'changed' || shown.state === 'revoked') {
      throw error ?? new NetsondeError('not_found', text('hosts.none', { name: host }));
    }
    if (shown.fingerprint !== fingerprint) {
      const values = { name: target.name, fingerprint: shown.fingerprint, given: fingerprint };
      throw new NetsondeError('host_key_unknown', text('hosts.trust_differs', values), {
        hint: text('hosts.trust_differs_hint', values),
      });
    }
    hostStore.keys.trust(target.address, target.port, shown.key);
    const { type, state } = shown;
    return { host: target.name, type, fingerprint, state };
  },
  summarize: ({ host, fingerprint, state }) =>
    text(state === 'known' ? 'hosts.trusted_already' : 'hosts.trusted', { name: host, fingerprint }),
});
