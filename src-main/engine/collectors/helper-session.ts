import { asNetsondeError, NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { HelperSession } from '../../helper/session';
import type { Host } from '../hosts/host';

/** The helper is loaded within 0.2 s of the start of Netsonde, under load within a second: not waited for longer. */
const START_PATIENCE_MS = 1_500;

/** Resolves once it is known whether a host has a helper, or after the patience. */
export async function helperSettled({ helper }: Host): Promise<void> {
  await helper?.settled(START_PATIENCE_MS);
}

/**
 * The helper of a host for a backend, after its start.
 * @throws NetsondeError unsupported or permission_denied where there is none: the next backend is asked. While it is lost
 *   that is `unsupported` too, for there is another way; only a call that was under way fails with helper_lost.
 */
export async function helperOf(host: Host): Promise<HelperSession> {
  const { helper } = host;
  if (!helper) throw new NetsondeError('unsupported', text('helper.not_started'));
  await helperSettled(host);
  try {
    return helper.session();
  } catch (thrown) {
    const error = asNetsondeError(thrown);
    if (error.code !== 'helper_lost') throw error;
    throw new NetsondeError('unsupported', error.text, { hint: error.hintText });
  }
}
