import { createHosts, type Hosts } from '../../src-main/engine/hosts/hosts';
import { createLocalHost } from '../../src-main/engine/hosts/local-host';
import { KnownHosts } from '../../src-main/engine/hosts/ssh/known-hosts';
import type { SshHost } from '../../src-main/engine/hosts/ssh/ssh-host';
import type { HostProfile } from '../../src-shared/model/host';
import { type Lab, openLab, type Reply } from '../integration/engine-lab';

/** An engine whose hosts, keys and secrets a test writes as it goes. */
export interface RemoteLab {
  lab: Lab;
  /** Hosts without tools, for what lies below them. */
  hosts: Hosts;
  /** Configures a host. @returns its name */
  add(profile: Partial<HostProfile> & { name: string }): string;
  /** Lines of known_hosts. */
  known: Set<string>;
  /** By `password:NAME` and `passphrase:NAME`. */
  secrets: Map<string, string>;
  /** A tool of the engine about one of the hosts. */
  call(tool: string, host: string, input?: object): Promise<Reply>;
  /** The open connection of one of them. */
  open(name: string): Promise<SshHost>;
  stop(): Promise<void>;
}

export function openRemoteLab(): RemoteLab {
  const profiles: HostProfile[] = [];
  const known = new Set<string>();
  const secrets = new Map<string, string>();
  const remote = {
    directory: {
      list: () => profiles,
      find: (name: string) => profiles.find(each => each.name === name),
      listen: () => () => {},
    },
    knownHosts: () => new KnownHosts(...known),
    secret: (key: string) => secrets.get(key),
    adHoc: () => false,
  };
  const lab = openLab({ remote });
  const hosts = createHosts({ local: createLocalHost(), abilities: () => [], ...remote });
  return {
    lab,
    hosts,
    known,
    secrets,
    add(profile) {
      profiles.push({
        address: '127.0.0.1',
        port: 22,
        username: 'root',
        key_file: null,
        agent: false,
        jump: null,
        tags: [],
        privilege: 'auto',
        helper: false,
        legacy: false,
        via: 'ssh',
        ...profile,
      });
      return profile.name;
    },
    call: (tool, host, input = {}) => lab.call(tool, { ...input, host }),
    async open(name) {
      const profile = remote.directory.find(name);
      if (!profile) throw new Error(`${name} was not added`);
      return hosts.link(profile).open();
    },
    async stop() {
      hosts.stop();
      await lab.engine.stop();
    },
  };
}
