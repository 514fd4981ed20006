import { asNetsondeError, NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import { compileFilter } from '../../collectors/capture/compile';
import type { Host } from '../../hosts/host';

const MAX_BYTES = 4_096;

/**
 * Compiles the caller's filter by itself, before it is joined with ours: what is no whole filter alone cannot break out.
 * @throws NetsondeError invalid_argument with what libpcap says
 */
export async function checkFilter(host: Host, filter: string, signal: AbortSignal): Promise<void> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new NetsondeError('invalid_argument', text('captures.bad_filter', { why }), {
      hint: text('captures.bad_filter_hint'),
      cause,
    });
  };
  if (filter.trim() === '' || Buffer.byteLength(filter) > MAX_BYTES) refuse(`1 – ${MAX_BYTES} B`);
  if (filter.startsWith('-')) refuse('-');
  if (sanitizeUntrusted(filter, MAX_BYTES) !== filter) refuse(JSON.stringify(sanitizeUntrusted(filter, 80)));
  try {
    await compileFilter(host, filter, signal);
  } catch (thrown) {
    const error = asNetsondeError(thrown);
    if (error.code !== 'invalid_argument') throw thrown;
    refuse(error.message, thrown);
  }
}
