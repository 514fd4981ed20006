import { randomBytes } from 'node:crypto';
import fs, { constants } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { NetsondeError } from '@shared/errors';
import { type Text, text } from '@shared/text/index';
import { type KeptFile, memoryFile } from './engine/services/kept-file';

/** Larger than anything Netsonde keeps in one file; a planted giant is not read into memory. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const OTHERS_MAY_WRITE = 0o002;
const GROUP_AND_OTHERS = 0o077;

/** Where Netsonde keeps what is the user's: 0700 directories, 0600 files. */
export interface Home {
  readonly config: string;
  readonly data: string;
  readonly runtime: string;
  /** False on a read-only file system: everything works, nothing is kept, `notices` says so. */
  readonly writable: boolean;
  readonly notices: readonly Text[];
  /** @param name a constant of the code, never input */
  file(place: 'config' | 'data' | 'runtime', name: string): KeptFile;
}

/**
 * NETSONDE_HOME, one directory for all, or the platform's places.
 * @throws NetsondeError permission_denied when a place is a symbolic link, somebody else's or writable by all
 */
export function createHome(env: NodeJS.ProcessEnv): Home {
  const places = placesOf(env);
  let writable = true;
  for (const directory of new Set(Object.values(places))) writable = prepareDirectory(directory) && writable;
  const unwritten = new Map<string, KeptFile>();
  return {
    ...places,
    writable,
    notices: writable ? [] : [text('server.home_read_only', { path: places.data })],
    file(place, name) {
      const file = path.join(places[place], name);
      if (writable)
        return {
          read: () => readPrivate(file),
          write: content => writePrivate(file, content),
          remove: () => fs.rmSync(file, { force: true }),
        };
      const kept = unwritten.get(file) ?? memoryFile(readPrivate(file));
      unwritten.set(file, kept);
      return kept;
    },
  };
}

function placesOf(env: NodeJS.ProcessEnv): Pick<Home, 'config' | 'data' | 'runtime'> {
  if (env.NETSONDE_HOME) {
    const home = path.resolve(env.NETSONDE_HOME);
    return { config: home, data: home, runtime: home };
  }
  if (process.platform === 'darwin') {
    const home = path.join(homedir(), 'Library/Application Support/Netsonde');
    return { config: home, data: home, runtime: home };
  }
  // The XDG specification: a relative path is to be ignored.
  const xdg = (value: string | undefined, fallback: string): string =>
    path.join(value && path.isAbsolute(value) ? value : fallback, 'netsonde');
  const data = xdg(env.XDG_DATA_HOME, path.join(homedir(), '.local/share'));
  return {
    config: xdg(env.XDG_CONFIG_HOME, path.join(homedir(), '.config')),
    data,
    runtime: xdg(env.XDG_RUNTIME_DIR, path.join(data, 'run')),
  };
}

/** @returns whether it can be written; absent and impossible to make counts as read-only */
function prepareDirectory(directory: string): boolean {
  try {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return false;
    if (code !== 'EEXIST')
      throw new NetsondeError('internal', text('server.home_unusable', { path: directory, reason: code }), { cause: thrown });
  }
  const found = fs.lstatSync(directory);
  const refuse = (message: Text): never => {
    throw new NetsondeError('permission_denied', message, { hint: text('server.home_hint') });
  };
  if (found.isSymbolicLink()) refuse(text('server.home_link', { path: directory }));
  if (!found.isDirectory()) refuse(text('server.home_no_directory', { path: directory }));
  if (process.geteuid && found.uid !== process.geteuid())
    refuse(text('server.home_foreign', { path: directory, uid: found.uid }));
  // Tightening a directory that all may write (/tmp) would break others; one that is merely readable is ours to close.
  if (found.mode & OTHERS_MAY_WRITE) refuse(text('server.home_open', { path: directory }));
  try {
    if (found.mode & GROUP_AND_OTHERS) fs.chmodSync(directory, 0o700);
    fs.accessSync(directory, constants.W_OK);
    return true;
  } catch (thrown) {
    if (['EROFS', 'EACCES', 'EPERM'].includes(errorCode(thrown))) return false;
    throw thrown;
  }
}

function readPrivate(file: string): string | null {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code === 'ENOENT') return null;
    throw new NetsondeError('permission_denied', text('server.file_unreadable', { path: file, reason: code }), {
      hint: text('server.home_hint'),
      cause: thrown,
    });
  }
  try {
    const found = fs.fstatSync(descriptor);
    const foreign = process.geteuid && found.uid !== process.geteuid();
    if (!found.isFile() || foreign || found.size > MAX_FILE_BYTES) {
      throw new NetsondeError(
        'permission_denied',
        text('server.file_unreadable', { path: file, reason: foreign ? `uid ${found.uid}` : `${found.size} B` }),
        { hint: text('server.home_hint') },
      );
    }
    return fs.readFileSync(descriptor, 'utf8');
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Whole or not at all, also when the process dies in the middle; a link in its place is replaced, not followed. */
function writePrivate(file: string, content: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
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
    fs.renameSync(temporary, file);
  } catch (thrown) {
    fs.rmSync(temporary, { force: true });
    throw new NetsondeError('internal', text('server.file_unwritable', { path: file, reason: errorCode(thrown) }), {
      cause: thrown,
    });
  }
}

function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
}
