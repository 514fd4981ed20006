import { NetsondeError } from '@shared/errors';
import { listSome } from '@shared/list-some';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import type { Host } from '../hosts/host';

/** IFNAMSIZ less the final zero, in bytes. */
const MAX_BYTES = 15;
/** What administrators and systemd really use; anything else is believed only when the interface exists. */
const USUAL = /^[A-Za-z0-9._@:=+-]+$/;
/** On another machine a name passes through shells: only one that none of them reads as anything else. */
const REMOTE = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,14}$/;

/**
 * Checks an interface name against the rules of the threat model and against what the host has. Legal kernel names
 * include `-w` and `a$(id)`: they pass when they exist here, because they only ever become one element of an argv.
 * @throws NetsondeError invalid_argument for bytes no interface can have, not_found with what exists
 */
export function checkInterfaceName(host: Host, iface: string, existing: readonly string[]): void {
  const bytes = Buffer.byteLength(iface);
  const legal =
    bytes >= 1 &&
    bytes <= MAX_BYTES &&
    !/[/ \t\n\v\f\r]/.test(iface) &&
    iface !== '.' &&
    iface !== '..' &&
    sanitizeUntrusted(iface) === iface &&
    (host.kind === 'local' || REMOTE.test(iface));
  if (legal && existing.includes(iface)) return;
  if (!legal || !USUAL.test(iface))
    throw new NetsondeError(
      'invalid_argument',
      text('interfaces.bad_name', { iface: JSON.stringify(sanitizeUntrusted(iface, 40)) }),
    );
  const list = listSome(existing);
  throw new NetsondeError(
    'not_found',
    host.kind === 'local'
      ? text('interfaces.missing', { iface, list })
      : text('interfaces.missing_remote', { iface, host: host.name, list }),
  );
}
