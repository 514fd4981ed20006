import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What the lists say of a key that a host shows. */
export type KeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

interface Entry {
  marker: 'revoked' | 'cert-authority' | null;
  patterns: string[];
  type: string;
  key: Buffer;
}

const SSH_PORT = 22;

/** Lists of host keys in the format of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT: hashed names, wildcards, ports, markers. */
export class KnownHosts {
  readonly #entries: Entry[] = [];

  /** @param texts of files, each as a whole; what is no entry is passed over, as OpenSSH does */
  constructor(...texts: readonly string[]) {
    for (const text of texts) {
      for (const line of text.split(/\r?\n/)) {
        const entry = parseEntry(line);
        if (entry) this.#entries.push(entry);
      }
    }
  }

  /** @param key the key as it stands on the wire (RFC 4253 section 6.6) */
  check(host: string, port: number, key: Buffer): KeyVerdict {
    const verdict = this.#check(host, port, key);
    if (verdict !== 'unknown' || port === SSH_PORT) return verdict;
    // As ssh(1) does: who knows a key of the machine knows it on every port; another key there proves nothing.
    const plain = this.#check(host, SSH_PORT, key);
    return plain === 'changed' ? 'unknown' : plain;
  }

  #check(host: string, port: number, key: Buffer): KeyVerdict {
    const type = keyType(key);
    let sameType = false;
    let known = false;
    let other = false;
    for (const entry of this.#entries) {
      if (!matches(entry.patterns, host, port)) continue;
      const isSame = same(entry.key, key);
      if (entry.marker === 'revoked') {
        if (isSame) return 'revoked';
        continue;
      }
      if (entry.marker === 'cert-authority') continue;
      if (isSame) known = true;
      else if (entry.type === type) sameType = true;
      else other = true;
    }
    if (known) return 'known';
    // A host that is known by another kind of key shows that kind when it is asked for it first (see keyTypes).
    return sameType || other ? 'changed' : 'unknown';
  }

  /** The kinds of key by which the host is known: it is asked for these first. */
  keyTypes(host: string, port: number): string[] {
    const of = (port: number): Entry[] =>
      this.#entries.filter(({ marker, patterns }) => marker === null && matches(patterns, host, port));
    const own = of(port);
    const found = own.length > 0 ? own : of(SSH_PORT);
    return [...new Set(found.map(({ type }) => type))];
  }
}

/** `SHA256:` and base64 without padding, as ssh-keygen -l shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The kind of a key on the wire: its first string. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length <= 64 && length + 4 <= key.length ? key.toString('latin1', 4, 4 + length) : '';
}

/** A line for a list. @param host name or address, without brackets */
export function knownHostsLine(host: string, port: number, key: Buffer): string {
  return `${nameInList(host, port)} ${keyType(key)} ${key.toString('base64')}`;
}

function parseEntry(line: string): Entry | null {
  const fields = line.trim().split(/[ \t]+/);
  if (fields[0] === '' || fields[0]?.startsWith('#')) return null;
  const marker = fields[0] === '@revoked' ? 'revoked' : fields[0] === '@cert-authority' ? 'cert-authority' : null;
  if (fields[0]?.startsWith('@')) {
    if (marker === null) return null;
    fields.shift();
  }
  const [names, type, key] = fields;
  if (!names || !type || !key) return null;
  const bytes = Buffer.from(key, 'base64');
  // The text names the kind once more: a line whose two names differ is damaged.
  return keyType(bytes) === type ? { marker, patterns: names.split(','), type, key: bytes } : null;
}

function nameInList(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === SSH_PORT ? name : `[${name}]:${port}`;
}

function matches(patterns: readonly string[], host: string, port: number): boolean {
  const name = nameInList(host, port);
  let found = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('|1|')) found ||= matchesHash(pattern, name);
    else if (pattern.startsWith('!')) {
      if (matchesPattern(pattern.slice(1), name)) return false;
    } else found ||= matchesPattern(pattern, name);
  }
  return found;
}

function matchesHash(pattern: string, name: string): boolean {
  const [, , salt = '', hash = ''] = pattern.split('|');
  const wanted = Buffer.from(hash, 'base64');
  return wanted.length === 20 && same(createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest(), wanted);
}

/** `*` and `?` of PATTERNS in ssh_config(5), in linear time. */
export function matchesPattern(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const value = text.toLowerCase();
  let p = 0;
  let star = -1;
  let retry = 0;
  for (let t = 0; t < value.length; ) {
    if (wanted[p] === '*') {
      star = p++;
      retry = t;
    } else if (p < wanted.length && (wanted[p] === '?' || wanted[p] === value[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else return false;
  }
  while (wanted[p] === '*') p++;
  return p === wanted.length;
}

function same(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
