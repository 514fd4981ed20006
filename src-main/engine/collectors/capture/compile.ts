import { asNetsondeError, NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { compileInHelper } from '../../../helper/capture';
import type { Host } from '../../hosts/host';
import { helperOf } from '../helper-session';
import { runTool } from '../run-tool';

/**
 * Compiles a capture filter and throws it away: with the helper, else with tcpdump.
 * @throws NetsondeError invalid_argument with what libpcap says; permission_denied or tool_missing when nothing can compile
 */
export async function compileFilter(host: Host, filter: string, signal: AbortSignal): Promise<void> {
  const place = host.helper
    ? await helperOf(host).then(
        () => host.helper?.place(),
        () => undefined,
      )
    : undefined;
  try {
    if (place) {
      await compileInHelper(place, filter, signal);
      return;
    }
    // -d prints the program instead of capturing; -y names a link type, so that no interface is opened.
    await runTool(host, ['tcpdump', '-d', '-y', 'EN10MB', '--', filter], { apt: 'tcpdump' }, { timeoutMs: 2_000, signal });
  } catch (thrown) {
    const error = asNetsondeError(thrown);
    if (error.code !== 'unsupported') throw thrown;
    throw new NetsondeError('invalid_argument', sanitizeUntrusted(error.message), { cause: thrown });
  }
}
