import { asNetsondeError, NetsondeError } from '@shared/errors';
import { type HostProfile, type HostProfileInput, hostProfile } from '@shared/model/host';
import { type Text, text } from '@shared/text/index';

/** A small text kept between runs; where it lies is the owner's matter. */
export interface TextFile {
  read(): string | null;
  write(text: string): void;
}

/** The remote machines the user has described. Names are compared without regard to case. */
export interface HostBook {
  list(): readonly HostProfile[];
  /** By name, else by address; the first in the book when several have it. */
  find(nameOrAddress: string): HostProfile | undefined;
  /** The hosts on the way, the first to connect to first, the host itself last. */
  route(name: string): readonly HostProfile[];
  /** @throws NetsondeError invalid_argument for a name that is taken, a jump host that is none or a jump in a circle */
  add(...profiles: readonly HostProfileInput[]): void;
  /** Changes the fields that are given; a new name is followed by those who jump through it. @throws NetsondeError as add; not_found */
  update(name: string, fields: Partial<HostProfileInput>): HostProfile;
  /** @throws NetsondeError not_found; invalid_argument while others jump through it */
  remove(name: string): void;
  /** What became of a file that could not be read; null when all is well. */
  readonly notice: Text | null;
  /** Begins with what is there. @returns how to stop */
  listen(onEvent: (profiles: readonly HostProfile[]) => void): () => void;
}

export const MAX_HOSTS = 1_000;
const MAX_JUMPS = 8;
/** This machine, whatever the book says. */
const RESERVED = new Set(['localhost', '127.0.0.1', '::1', 'any', 'all']);

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** @param aside gets the text of a file that could not be read in full, before anything is written over it */
export function createHostBook(file: TextFile, aside: TextFile): HostBook {
  const listeners = new Set<(profiles: readonly HostProfile[]) => void>();
  let { profiles, notice } = load(file, aside);

  function keep(next: readonly HostProfile[]): void {
    check(next);
    file.write(`${JSON.stringify({ hosts: next }, null, 2)}\n`);
    profiles = next;
    notice = null; // said while the book was as it was found
    for (const listener of listeners) {
      try {
        listener(next);
      } catch (thrown) {
        console.error(JSON.stringify({ level: 'error', message: `A listener failed: ${asNetsondeError(thrown).message}` }));
      }
    }
  }
  const indexOf = (name: string): number => {
    const index = profiles.findIndex(profile => same(profile.name, name));
    if (index < 0) throw new NetsondeError('not_found', text('hosts.none', { name }), { hint: text('hosts.none_hint') });
    return index;
  };

  return {
    list: () => profiles,
    find: wanted => profiles.find(({ name }) => same(name, wanted)) ?? profiles.find(({ address }) => same(address, wanted)),
    route: name => routeOf(profiles, profiles[indexOf(name)]),
    add: (...added) => keep([...profiles, ...added.map(profile => hostProfile.parse(profile))]),
    update(name, fields) {
      const index = indexOf(name);
      const old = profiles[index];
      const changed = hostProfile.parse({ ...old, ...fields });
      keep(
        profiles.map((profile, at) => {
          if (at === index) return changed;
          return profile.jump !== null && same(profile.jump, name) ? { ...profile, jump: changed.name } : profile;
        }),
      );
      return changed;
    },
    remove(name) {
      const index = indexOf(name);
      const users = profiles.filter(({ jump }) => jump !== null && same(jump, name)).map(profile => profile.name);
      if (users.length > 0) {
        throw new NetsondeError('invalid_argument', text('hosts.jump_in_use', { name, list: users.slice(0, 20).join(', ') }));
      }
      keep(profiles.toSpliced(index, 1));
    },
    get notice() {
      return notice;
    },
    listen(onEvent) {
      const listener = (event: readonly HostProfile[]): void => onEvent(event);
      listeners.add(listener);
      onEvent(profiles);
      return () => void listeners.delete(listener);
    },
  };
}

/** @throws NetsondeError invalid_argument for the first thing that does not fit together */
function check(profiles: readonly HostProfile[]): void {
  if (profiles.length > MAX_HOSTS) throw new NetsondeError('busy', text('hosts.too_many', { limit: MAX_HOSTS }));
  const names = new Set<string>();
  for (const { name } of profiles) {
    const key = name.toLowerCase();
    if (RESERVED.has(key)) throw new NetsondeError('invalid_argument', text('hosts.reserved', { name }));
    if (names.has(key)) throw new NetsondeError('invalid_argument', text('hosts.double', { name }));
    names.add(key);
  }
  for (const profile of profiles) routeOf(profiles, profile);
}

/** @throws NetsondeError invalid_argument for a jump host that is not there, and for a way that leads back to itself */
function routeOf(profiles: readonly HostProfile[], target: HostProfile | undefined): readonly HostProfile[] {
  const route: HostProfile[] = [];
  for (let hop = target; hop; ) {
    if (route.includes(hop) || route.length > MAX_JUMPS) {
      const way = [hop, ...route].map(({ name }) => name).join(' → ');
      throw new NetsondeError('invalid_argument', text('hosts.jump_circle', { name: target?.name ?? '', way }));
    }
    route.unshift(hop);
    const { name, jump } = hop;
    if (jump === null) break;
    hop = profiles.find(profile => same(profile.name, jump));
    if (!hop) throw new NetsondeError('invalid_argument', text('hosts.jump_unknown', { name, jump }));
  }
  return route;
}

function load(file: TextFile, aside: TextFile): { profiles: readonly HostProfile[]; notice: Text | null } {
  const kept = file.read();
  if (kept === null) return { profiles: [], notice: null };
  const found = entriesOf(kept);
  const profiles: HostProfile[] = [];
  let lost = found === null ? 1 : 0;
  for (const entry of found ?? []) {
    const parsed = hostProfile.safeParse(entry);
    if (parsed.success) profiles.push(parsed.data);
    else lost++;
  }
  let fitting = profiles;
  try {
    check(fitting);
  } catch {
    // Edited by hand, say: what stands alone stays, what refers to others that do not fit goes.
    fitting = [];
    for (const profile of profiles.toSorted((one, other) => Number(one.jump !== null) - Number(other.jump !== null))) {
      try {
        check([...fitting, profile]);
        fitting.push(profile);
      } catch {
        lost++; // said below
      }
    }
  }
  if (lost === 0) return { profiles: fitting, notice: null };
  aside.write(kept);
  return { profiles: fitting, notice: text(found === null ? 'hosts.book_damaged' : 'hosts.book_partly', { count: lost }) };
}

/** What stands in the list; null when there is none. */
function entriesOf(kept: string): unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(kept);
    const hosts = typeof parsed === 'object' && parsed !== null && 'hosts' in parsed ? parsed.hosts : null;
    return Array.isArray(hosts) ? hosts : null;
  } catch {
    return null; // the caller keeps the text aside and says so
  }
}
