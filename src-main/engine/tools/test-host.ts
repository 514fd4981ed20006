import { hostName, hostTest } from '@shared/model/host';
import { type Text, text, translate } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const testHost = defineTool({
  name: 'test_host',
  title: 'Test a host',
  description: 'Reach a host step by step (name, connection, host key, login, shell, abilities), and say what failed and why.',
  audience: 'interface',
  scope: 'remote',
  input: z.strictObject({
    host: hostName,
    only_key: z.boolean().default(false).describe('Go no further than to its key: nothing is logged in to but jump hosts'),
  }),
  output: hostTest,
  async run({ host, only_key }, { hostStore }, { signal, progress, caller }) {
    // Loaded with the first connection, as ssh2 is.
    const { testHost: reach } = await import('../hosts/test-host');
    const say = (message: Text | string): string => translate(message, caller.language);
    const all = hostStore.book.route(host).length * 4 + 2;
    let taken = 0;
    const { steps, keys, abilities, error } = await reach(hostStore, host, {
      signal,
      onlyKey: only_key,
      onStep: (at, step) => progress({ done: taken++ / all, message: `${at}: ${say(text(`hosts.step.${step}`))}` }),
    });
    return {
      host,
      ok: error === null,
      steps: steps.map(step => ({ ...step, text: say(step.text), hint: say(step.hint) })),
      keys: keys.map(({ host: at, type, fingerprint, state }) => ({ host: at, type, fingerprint, state })),
      abilities,
    };
  },
  summarize: ({ host, ok, steps }) =>
    ok ? text('hosts.tested', { name: host }) : text('hosts.test_failed', { name: host, why: steps.at(-1)?.text ?? '' }),
});
