import { randomBytes } from 'node:crypto';
import fs, { constants } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { NetsondeError } from '@shared/errors';
import type { HostImport } from '@shared/model/host';
import type { HostImportFormat } from '@shared/model/host-import-formats';
import { type Language, type Text, text, translate } from '@shared/text/index';
import { MAX_HOSTS } from '../host-book';
import { type HostStore, keepSecrets } from '../host-store';
import { type Imported, MAX_IMPORT_BYTES } from './imported';
import { importRemoteHosts } from './remote-hosts';
import { importSshConfig } from './ssh-config';

/** What an import did; its words are chosen where they are read. */
export interface ImportOutcome extends Imported {
  added: string[];
  passwords: number;
  secretsLasting: boolean;
  rewritten: boolean;
  /** The text without the passwords that were taken over; null when nothing is to be rewritten, or it cannot be. */
  rest: string | null;
}

/**
 * Takes over the hosts of a text. Names that are in the book already stay as they are.
 * @param isOwnFile the sender takes the passwords out of where the text came from
 */
export function importText(store: HostStore, content: string, format: HostImportFormat, isOwnFile = false): ImportOutcome {
  const outcome = takeOver(store, content, format);
  if (outcome.passwords > 0 && !isOwnFile) outcome.notes.unshift(text('hosts.import_text', { count: outcome.passwords }));
  return outcome;
}

/**
 * Takes over the hosts of a file. Its passwords go out of it where the keychain keeps them; else it stays as it is.
 * @throws NetsondeError permission_denied when it cannot be read, invalid_argument
 */
export function importFile(store: HostStore, file: string, format: HostImportFormat): ImportOutcome {
  const outcome = takeOver(store, readConfig(file), format);
  const { rewritten, note } = settleFile(file, outcome.rest, outcome);
  return { ...outcome, rewritten, notes: [...(note ? [note] : []), ...outcome.notes] };
}

/** Takes the passwords out of a file, once they are kept for good. @param rest its text without them */
export function settleFile(
  file: string,
  rest: string | null,
  { passwords: count, secretsLasting }: Pick<ImportOutcome, 'passwords' | 'secretsLasting'>,
): { rewritten: boolean; note: Text | null } {
  if (count === 0) return { rewritten: false, note: null };
  if (!secretsLasting) return { rewritten: false, note: text('hosts.import_kept', { count, file }) };
  try {
    if (rest === null) throw new NetsondeError('unsupported', text('hosts.import_lossy'));
    rewrite(file, rest);
    return { rewritten: true, note: text('hosts.import_rewritten', { count, file }) };
  } catch (thrown) {
    const reason = thrown instanceof NetsondeError ? thrown.text : codeOf(thrown);
    return { rewritten: false, note: text('hosts.import_unwritable', { file, reason }) };
  }
}

export function wordImport(outcome: ImportOutcome, language: Language): HostImport {
  const say = (message: Text): string => translate(message, language);
  return {
    added: outcome.added,
    skipped: outcome.skipped.map(({ name, why }) => ({ name, why: say(why) })),
    notes: outcome.notes.map(say),
    passwords: outcome.passwords,
    secrets_lasting: outcome.secretsLasting,
    rewritten: outcome.rewritten,
  };
}

function takeOver(store: HostStore, content: string, format: HostImportFormat): ImportOutcome {
  const found =
    format === 'ssh_config'
      ? { ...importSshConfig(content, ownFiles()), passwords: 0, rest: null }
      : importRemoteHosts(content, format);
  const skipped = [...found.skipped];
  const taken = found.hosts.filter(({ profile: { name } }, index) => {
    const isThere = store.book.list().some(each => each.name.toLowerCase() === name.toLowerCase());
    const isTooMany = store.book.list().length + index >= MAX_HOSTS;
    if (isThere) skipped.push({ name, why: text('hosts.skip_there') });
    else if (isTooMany) skipped.push({ name, why: text('hosts.skip_limit', { limit: MAX_HOSTS }) });
    return !isThere && !isTooMany;
  });
  store.book.add(...taken.map(({ profile }) => profile));
  let passwords = 0;
  for (const { profile, password } of taken) {
    if (password === null) continue;
    keepSecrets(store, profile.name, { password });
    passwords++;
  }
  return {
    hosts: taken,
    skipped,
    notes: [...found.notes],
    added: taken.map(({ profile }) => profile.name),
    passwords,
    secretsLasting: store.secrets.lasting,
    rewritten: false,
    // Where one was not taken over, the file is the only place that has it.
    rest: passwords === found.passwords ? found.rest : null,
  };
}

/** The configuration of the user who runs Netsonde. */
const ownFiles = (): Parameters<typeof importSshConfig>[1] => ({
  home: homedir(),
  user: userInfo().username,
  read: file => {
    try {
      return readConfig(file);
    } catch {
      return null; // said by the caller, which goes on without
    }
  },
  glob: pattern => fs.globSync(pattern).sort(),
});

/** Reads a configuration; a device, a pipe or a giant is none. */
export function readConfig(file: string): string {
  try {
    const found = fs.statSync(file);
    if (!found.isFile())
      throw new NetsondeError('permission_denied', text('hosts.import_unreadable', { file, reason: 'no regular file' }));
    if (found.size > MAX_IMPORT_BYTES)
      throw new NetsondeError('invalid_argument', text('hosts.import_too_large', { limit: '1 MiB' }));
    return fs.readFileSync(file, 'utf8');
  } catch (thrown) {
    if (thrown instanceof NetsondeError) throw thrown;
    const reason = codeOf(thrown);
    const code = reason === 'ENOENT' ? 'not_found' : 'permission_denied';
    throw new NetsondeError(code, text('hosts.import_unreadable', { file, reason }), { cause: thrown });
  }
}

/** Whole or not at all, for nobody else to read; a link is followed to the file it names. */
function rewrite(file: string, content: string): void {
  const target = fs.realpathSync(file);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    const descriptor = fs.openSync(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      fs.writeFileSync(descriptor, content);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, target);
  } catch (thrown) {
    fs.rmSync(temporary, { force: true });
    throw thrown;
  }
}

const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown));
