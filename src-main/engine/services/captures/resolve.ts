import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Host } from '../../hosts/host';

const PATIENCE_MS = 5_000;
/** So many addresses stand in a filter; names with more are rare, and the kernel's filter has its own limit. */
const MAX_ADDRESSES = 32;

/**
 * Every A and AAAA of a name, as the system that is captured on resolves it.
 * @throws NetsondeError unreachable when there is none
 */
export async function resolveName(host: Host, name: string, signal: AbortSignal): Promise<string[]> {
  if (host.kind === 'ssh') {
    const there = await resolveThere(host, name, signal);
    if (there.length > 0) return there;
  }
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

/** By getent of that machine; nothing where it has none, or finds none: then this machine is asked. */
async function resolveThere(host: Host, name: string, signal: AbortSignal): Promise<string[]> {
  try {
    const { stdout } = await host.exec(['getent', 'ahosts', name], { timeoutMs: PATIENCE_MS, signal });
    const found = stdout.split('\n').map(line => line.split(/\s+/)[0] ?? '');
    return [...new Set(found.filter(address => isIP(address) !== 0))].slice(0, MAX_ADDRESSES);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return [];
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
