import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { type HostProfile, type HostSummary, hostProfile } from '@shared/model/host';
import { type Language, text, translate } from '@shared/text/index';
import type { Host } from './host';
import type { Target } from './ssh/connect';
import type { KnownHosts } from './ssh/known-hosts';
import { createGate, createLink, type SshLink } from './ssh/link';

/** How a call names its target; the fields of tool-contract section 2. */
export interface HostTarget {
  host?: string;
  port?: number | undefined;
  ssh_port?: number | undefined;
  username?: string | undefined;
  password?: string | undefined;
}

/** Finds the machine a call is about. */
export interface Hosts {
  /** @throws NetsondeError host_not_configured, and as connecting fails */
  open(target: HostTarget, signal?: AbortSignal): Promise<Host>;
  readonly local: Host;
  list(language: Language): HostSummary[];
  /** A call that names this would go to another machine: one that is configured, or one it brings a log-in for. */
  isRemote(target: HostTarget): boolean;
  /** How a call about this host is made by the Netsonde that serves it; null where its programs are asked. */
  elsewhere(host: unknown): ForwardCall | null;
  /** The connection of a configured host: for its state, and to make it anew. */
  link(profile: HostProfile): SshLink;
  stop(): void;
}

/** Calls a tool on another machine: everything but `host`. */
export type ForwardCall = (
  tool: string,
  args: Record<string, unknown>,
  language: Language,
  signal: AbortSignal,
) => Promise<ToolReply<unknown>>;

/** What is known of remote machines. */
export interface HostDirectory {
  list(): readonly HostProfile[];
  /** By name or address, in any case; a name wins. */
  find(host: string): HostProfile | undefined;
  listen(onChange: () => void): () => void;
}

export interface HostsOptions {
  local: Host;
  abilities: () => string[];
  directory: HostDirectory;
  /** Read at every connect: a person may have accepted a key since. */
  knownHosts: () => KnownHosts;
  /** `password:NAME` and `passphrase:NAME`; nothing where no keychain has them. */
  secret: (key: string) => string | undefined;
  /** The helper of this build, for hosts that may run it; null without one. */
  helperFile?: string | null;
  /** Hosts nobody configured may be named. */
  adHoc: () => boolean;
}

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '::1', hostname().toLowerCase()]);
/** SSH connections being opened at once (threat-model section 10, fault 7). */
const OPENED_AT_ONCE = 32;
/** A connection made for one call with its own log-in is kept this long for the next one. */
const PASSING_MS = 15_000;

export function createHosts({ local, abilities, directory, knownHosts, secret, adHoc, helperFile = null }: HostsOptions): Hosts {
  const gate = createGate(OPENED_AT_ONCE);
  /** By the profile as it was: one that was changed is connected to anew. */
  const links = new Map<string, { link: SshLink; profile: HostProfile }>();
  const passing = new Map<string, SshLink>();

  function link(profile: HostProfile, way: readonly string[] = []): SshLink {
    const known = links.get(profile.name);
    if (known && sameProfile(known.profile, profile)) return known.link;
    known?.link.close();
    const made = linkTo(profile, undefined, 0, way);
    links.set(profile.name, { link: made, profile });
    return made;
  }

  function linkTo(
    profile: HostProfile,
    password: string | undefined,
    idleMs: number,
    way: readonly string[] = [],
    kept = secret,
  ): SshLink {
    return createLink({
      name: profile.name,
      gate,
      idleMs,
      jump: jumpOf(profile, way),
      helperFile: profile.helper && profile.via === 'ssh' ? helperFile : null,
      privilege: profile.privilege === 'none' ? 'none' : null,
      async target() {
        const { address, port, legacy } = profile;
        const known = knownHosts();
        // Loaded with the first connection, as ssh2 is.
        const { loginOf } = await import('./login');
        const target: Target = { name: profile.name, address, port, legacy, login: loginOf(profile, kept, password) };
        return { target, verdict: key => known.check(address, port, key), keyTypes: known.keyTypes(address, port) };
      },
    });
  }

  function jumpOf({ name, jump }: HostProfile, way: readonly string[]): SshLink | null {
    if (jump === null) return null;
    const through = directory.find(jump);
    // A circle is refused when it is written down; a file that was edited by hand may still have one.
    if (!through || way.includes(through.name)) throw notConfigured(jump);
    return link(through, [...way, name]);
  }

  const unlisten = directory.listen(() => {
    for (const [name, { link: old, profile }] of links) {
      const now = directory.find(name);
      if (now && sameProfile(now, profile)) continue;
      old.close();
      links.delete(name);
    }
  });

  /** A connection for calls that bring a log-in of their own: never stored, never shared with others. */
  function passingLink(profile: HostProfile, password: string | undefined): SshLink {
    const key = createHash('sha256')
      .update(JSON.stringify([profile, password ?? null]))
      .digest('hex');
    const known = passing.get(key);
    if (known && known.state !== 'lost') return known;
    // What is kept for a host goes to its own account and port only.
    const made = linkTo(profile, password, PASSING_MS, [], () => undefined);
    passing.set(key, made);
    for (const [old, each] of passing) if (old !== key && (each.state === 'idle' || each.state === 'lost')) passing.delete(old);
    return made;
  }

  /** To a host nobody configured goes only a call with a log-in of its own, and only where the key is known already. */
  function mayGo({ host = '', port = 22, username, password }: HostTarget): boolean {
    if (adHoc()) return true;
    return username !== undefined && password !== undefined && knownHosts().keyTypes(host, port).length > 0;
  }

  return {
    local,
    link,
    async open({ host = 'localhost', port, ssh_port, username, password }, signal) {
      if (LOCAL_NAMES.has(host.toLowerCase())) return local;
      const configured = directory.find(host);
      const asked = ssh_port ?? port;
      if (configured && asked === undefined && username === undefined && password === undefined) {
        return link(configured).open(signal);
      }
      if (!configured && !mayGo({ host, port: asked, username, password })) throw notConfigured(host);
      const profile: HostProfile = {
        ...(configured ?? hostProfile.parse({ name: host, address: host })),
        ...(asked !== undefined && { port: asked }),
        ...(username !== undefined && { username }),
      };
      return passingLink(profile, password).open(signal);
    },
    isRemote({ host = 'localhost', port, ssh_port, ...login }) {
      if (LOCAL_NAMES.has(host.toLowerCase())) return false;
      // `port` of check_port_occupation is no port of SSH: then it is 22.
      const ports = [ssh_port ?? port, ssh_port ?? 22];
      return directory.find(host) !== undefined || ports.some(each => mayGo({ host, port: each, ...login }));
    },
    elsewhere(name) {
      const profile = typeof name === 'string' && !LOCAL_NAMES.has(name.toLowerCase()) ? directory.find(name) : undefined;
      if (profile?.via !== 'netsonde') return null;
      return async (tool, args, language, signal) => {
        const { callThere } = await import('./ssh/netsonde-there');
        return named(await callThere(link(profile), tool, args, language, signal), profile.name);
      };
    },
    list: language => [
      {
        name: 'localhost',
        address: null,
        port: null,
        username: null,
        kind: 'local',
        state: 'ready',
        reason: null,
        privilege: null,
        rtt_ms: null,
        platform: local.platform,
        abilities: abilities(),
        tags: [],
      },
      ...directory.list().map(profile => summaryOf(profile, links.get(profile.name)?.link, language)),
    ],
    stop() {
      unlisten();
      for (const { link: each } of links.values()) each.close();
      for (const each of passing.values()) each.close();
      links.clear();
      passing.clear();
    },
  };
}

function summaryOf(profile: HostProfile, link: SshLink | undefined, language: Language): HostSummary {
  const { name, address, port, username, tags } = profile;
  const facts = link?.host?.facts;
  const rtt = link?.host?.rttMs ?? null;
  const state = link?.state ?? 'idle';
  return {
    name,
    address,
    port,
    username,
    kind: profile.via,
    state,
    reason: state === 'degraded' ? translate(text('ssh.plain_user'), language) : problemOf(link, language),
    privilege: facts?.privilege ?? null,
    rtt_ms: rtt === null ? null : Math.round(rtt * 10) / 10,
    platform: facts?.platform ?? '',
    abilities: facts ? abilitiesOf(facts.privilege, link?.host?.helper?.state.state === 'ready') : [],
    tags: [...tags],
  };
}

function abilitiesOf(privilege: 'root' | 'sudo' | 'none', hasHelper: boolean): string[] {
  return [
    'interfaces',
    'traffic',
    'connections',
    'ports',
    ...(privilege === 'none' ? [] : ['capture']),
    ...(hasHelper ? ['events', 'drops', 'flows', 'packet_rate'] : []),
  ];
}

function problemOf(link: SshLink | undefined, language: Language): string | null {
  if (link?.problem) return translate(link.problem.text, language);
  const why = link?.helperProblem;
  return why ? translate(text('ssh.helper_off', { why: why.text }), language) : null;
}

/** The answer speaks of its own machine: here it has the name by which it was asked for. */
function named(reply: ToolReply<unknown>, name: string): ToolReply<unknown> {
  const { data } = reply;
  if (!reply.success || typeof data !== 'object' || data === null || !('host' in data)) return reply;
  return { ...reply, data: { ...data, host: name } };
}

function sameProfile(one: HostProfile, other: HostProfile): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function notConfigured(host: string): NetsondeError {
  return new NetsondeError('host_not_configured', text('error.host_not_configured', { host }), {
    hint: text('error.host_not_configured_hint', { host }),
  });
}
