import path from 'node:path';
import { type HostProfileInput, hostProfile } from '@shared/model/host';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import { checkSize, createCollection, type Imported, MAX_IMPORT_BYTES } from './imported';
import { applies, type ConfigBlock, type ConfigFiles, readBlocks } from './ssh-config-blocks';

export interface SshConfigOptions extends ConfigFiles {
  /** Who logs in where the configuration names nobody: the user who runs ssh. */
  user: string;
}

/** The first value of each keyword, as ssh_config(5) says. */
type Options = ReadonlyMap<string, readonly string[]>;

/**
 * Hosts of an OpenSSH client configuration. A name without wildcards is a host; what stands under wildcards counts for the
 * hosts it fits. What only ssh itself can do (Match, ProxyCommand) is left out and said.
 */
export function importSshConfig(content: string, options: SshConfigOptions): Imported {
  checkSize(content);
  const { blocks, notes } = readBlocks(content, options, MAX_IMPORT_BYTES);
  const collection = createCollection();
  collection.notes.push(...notes);
  const aliases = new Map(namesOf(blocks).map(alias => [alias.toLowerCase(), alias]));
  /** Made for hops that differ from the host of their name. */
  const hops = new Map<string, HostProfileInput>();
  const ways = new Map<string, string | null | undefined>();

  /** Name of the profile it is reached through; undefined when there is none that could be. */
  function jumpOf(alias: string, settings: Options): string | null | undefined {
    const key = alias.toLowerCase();
    if (ways.has(key)) return ways.get(key);
    ways.set(key, undefined); // a way that comes back here is none
    const way = wayOf(settings);
    let through: string | null | undefined = null;
    // `Host *` with a ProxyJump covers the jump host too, which needs none.
    if (way.length !== 1 || parseHop(way[0] ?? '').host.toLowerCase() !== key) {
      for (const hop of way) through = through === undefined ? undefined : hopName(hop, through);
    }
    ways.set(key, through);
    return through;
  }

  function hopName(spec: string, before: string | null): string | undefined {
    const { user, host, port } = parseHop(spec);
    const settings = optionsOf(blocks, host);
    // Only the first hop is reached in its own way; the others through the one before.
    const own = before === null ? jumpOf(host, settings) : before;
    if (own === undefined) return undefined;
    const alias = aliases.get(host.toLowerCase());
    const isAsConfigured = user === null && port === null && (before === null || (alias && jumpOf(alias, settings) === before));
    if (alias && isAsConfigured) return alias;
    const isPlain = !alias && before === null;
    const parts = [host, isPlain ? null : user, isPlain ? null : port, before && `via-${before}`];
    const name = parts
      .filter(Boolean)
      .join('-')
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 63);
    const profile = {
      ...profileOf(name, host, settings),
      ...(user !== null && { username: user }),
      ...(port !== null && { port: Number(port) }),
      jump: own,
    };
    const known = hops.get(name.toLowerCase());
    if (known && JSON.stringify(known) !== JSON.stringify(profile)) return undefined;
    hops.set(name.toLowerCase(), profile);
    return name;
  }

  function profileOf(name: string, alias: string, settings: Options): HostProfileInput {
    const first = (keyword: string): string | undefined => settings.get(keyword)?.[0];
    const address = (first('hostname') ?? alias).replaceAll(/%[h%]/g, token => (token === '%h' ? alias : '%'));
    const username = first('user') ?? options.user;
    const port = Number(first('port') ?? 22);
    const values = { d: options.home, h: address, r: username, u: options.user, n: alias, p: String(port), '%': '%' };
    const key = keyFileOf(first('identityfile'), values, options.home);
    if (key === undefined)
      collection.notes.push(
        text('hosts.note_key', { name: sanitizeUntrusted(name, 64), value: JSON.stringify(first('identityfile')) }),
      );
    return {
      name,
      address,
      port,
      username,
      key_file: key ?? null,
      // Keys of the agent beside the one that is named would use up the tries a server allows.
      agent: first('identityagent')?.toLowerCase() !== 'none' && first('identitiesonly')?.toLowerCase() !== 'yes',
      legacy: isLegacy(settings),
    };
  }

  for (const alias of aliases.values()) {
    const settings = optionsOf(blocks, alias);
    const jump = jumpOf(alias, settings);
    const name = sanitizeUntrusted(alias, 64);
    if (jump === undefined) {
      const way = wayOf(settings).join(',');
      collection.skipped.push({ name, why: text('hosts.skip_jump', { jump: sanitizeUntrusted(way, 64) }) });
      continue;
    }
    const command = settings.get('proxycommand');
    if (command && command[0]?.toLowerCase() !== 'none' && wayOf(settings).length === 0) {
      collection.notes.push(text('hosts.note_command', { name }));
    }
    collection.add({ ...profileOf(alias, alias, settings), jump });
  }
  for (const hop of hops.values()) collection.add(hop);
  return withoutLost(collection);
}

/** Leaves out what is reached through a host that was left out. */
function withoutLost({ hosts, skipped, notes }: Imported): Imported {
  let kept = hosts;
  for (let before = -1; before !== kept.length; ) {
    before = kept.length;
    const names = new Set(kept.map(({ profile }) => profile.name.toLowerCase()));
    kept = kept.filter(({ profile: { name, jump } }) => {
      const isThere = jump === null || names.has(jump.toLowerCase());
      if (!isThere) skipped.push({ name, why: text('hosts.skip_jump', { jump: jump ?? '' }) });
      return isThere;
    });
  }
  return { hosts: kept, skipped, notes };
}

/** Names of the Host lines that stand for one host. */
function namesOf(blocks: readonly ConfigBlock[]): string[] {
  const own = blocks.flatMap(({ conditions }) => conditions.at(-1) ?? []);
  return [...new Set(own)].filter(name => !/[*?!]/.test(name));
}

function optionsOf(blocks: readonly ConfigBlock[], alias: string): Options {
  const found = new Map<string, readonly string[]>();
  for (const block of blocks) {
    if (!applies(block, alias)) continue;
    for (const { keyword, args } of block.options) if (!found.has(keyword) && args.length > 0) found.set(keyword, args);
  }
  return found;
}

/** The hops of ProxyJump; or the one of the usual ProxyCommand, which is the same. */
function wayOf(settings: Options): string[] {
  const [jump] = settings.get('proxyjump') ?? [];
  if (jump !== undefined) return jump.toLowerCase() === 'none' ? [] : jump.split(',').filter(Boolean);
  const command = (settings.get('proxycommand') ?? []).join(' ');
  const through = /^(?:\S*\/)?ssh (?:-q )?(?:-W \[?%h\]?:%p (?<before>[^\s-]\S*)|(?<after>[^\s-]\S*) -W \[?%h\]?:%p)$/.exec(
    command,
  );
  const hop = through?.groups?.before ?? through?.groups?.after;
  return hop === undefined ? [] : [hop];
}

/** `[user@]host[:port]`, or the same as ssh:// */
function parseHop(spec: string): { user: string | null; host: string; port: string | null } {
  const { user, bracketed, host, port } =
    /^(?:ssh:\/\/)?(?:(?<user>[^@]*)@)?(?:\[(?<bracketed>[^\]]*)\]|(?<host>[^:]*))(?::(?<port>\d+))?\/?$/.exec(spec)?.groups ??
    {};
  return { user: user ?? null, host: bracketed ?? host ?? spec, port: port ?? null };
}

/** null: none of its own; undefined: one that cannot be named. */
function keyFileOf(given: string | undefined, values: Record<string, string>, home: string): string | null | undefined {
  if (given === undefined || given.toLowerCase() === 'none') return null;
  const expanded = given.replaceAll(/%(.)/g, (token, letter: string) =>
    Object.hasOwn(values, letter) ? (values[letter] ?? '') : token,
  );
  // Relative to the working directory of ssh: nobody means that.
  const file = /^[~/]/.test(expanded) ? expanded : path.join(home, '.ssh', expanded);
  const isNamed = !/\$\{|%/.test(file) && hostProfile.shape.key_file.safeParse(file).success;
  return isNamed ? file : undefined;
}

/** The user has allowed SHA-1 or CBC for this host. */
function isLegacy(settings: Options): boolean {
  const allowed = ['hostkeyalgorithms', 'kexalgorithms', 'ciphers', 'macs'].flatMap(keyword => settings.get(keyword)?.[0] ?? []);
  return allowed.some(list => !list.startsWith('-') && /(^|[,+^])ssh-rsa(,|$)|-sha1\b|-cbc\b/.test(list));
}
