import { lookup } from 'node:dns/promises';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Host } from '../../hosts/host';

const PATIENCE_MS = 5_000;
/** So many addresses stand in a filter; names with more are rare, and the kernel's filter has its own limit. */
const MAX_ADDRESSES = 32;

/**
 * Every A and AAAA of a name, as the system resolves it.
 * @throws NetsondeError unreachable when there is none
 */
export async function resolveName(name: string, signal: AbortSignal): Promise<string[]> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const gaveUp = new Promise<never>((_resolve, reject) => {
    patience.addEventListener('abort', () => reject(patience.reason), { once: true });
  });
  try {
    const found = await Promise.race([lookup(name, { all: true, verbatim: true }), gaveUp]);
    return [...new Set(found.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
  } catch (cause) {
    if (signal.aborted) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'timeout';
    throw new NetsondeError('unreachable', text('captures.not_resolved', { name, why: code }), {
      hint: text('captures.not_resolved_hint'),
      cause,
    });
  }
}

/** The interface by which packets leave to an address; null when the system does not say. */
export async function routeTo(host: Host, address: string, signal: AbortSignal): Promise<string | null> {
  const options = { timeoutMs: 2_000, signal };
  try {
    if (host.platform === 'linux') {
      const { stdout } = await host.exec(['ip', '-j', 'route', 'get', address], options);
      const [route]: [{ dev?: string }?] = JSON.parse(stdout); // one object, as iproute2 prints it
      return route?.dev ?? null;
    }
    const { stdout } = await host.exec(['route', '-n', 'get', address], options);
    return /^\s*interface: (\S+)$/m.exec(stdout)?.[1] ?? null;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return null; // no route, or no such program: the default interface is captured
  }
}
