import { hostname } from 'node:os';
import { NetsondeError } from '@shared/errors';
import type { HostSummary } from '@shared/model/host';
import { text } from '@shared/text/index';
import type { Host } from './host';

/** How a call names its target; the fields of tool-contract section 2. */
export interface HostTarget {
  host?: string;
  ssh_port?: number | undefined;
  username?: string | undefined;
  password?: string | undefined;
}

/** Finds the machine a call is about. */
export interface Hosts {
  /** @throws NetsondeError host_not_configured */
  open(target: HostTarget, signal?: AbortSignal): Promise<Host>;
  readonly local: Host;
  list(): HostSummary[];
}

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '::1', hostname().toLowerCase()]);

export function createHosts(local: Host, abilities: () => string[]): Hosts {
  return {
    local,
    open({ host = 'localhost' }) {
      if (LOCAL_NAMES.has(host.toLowerCase())) return Promise.resolve(local);
      return Promise.reject(
        new NetsondeError('host_not_configured', text('error.host_not_configured', { host }), {
          hint: text('error.host_not_configured_hint'),
        }),
      );
    },
    list: () => [
      {
        name: 'localhost',
        address: null,
        kind: 'local',
        state: 'ready',
        platform: local.platform,
        abilities: abilities(),
        tags: [],
      },
    ],
  };
}
