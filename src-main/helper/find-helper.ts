import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';

/** How Netsonde comes to the rights of the helper. */
export type PrivilegeWay = 'root' | 'capabilities' | 'service';

export const INSTALLED_HELPER = '/usr/lib/netsonde/netsonde-helper';
export const SERVICE_SOCKET = '/run/netsonde/helper.sock';

/** A helper that was found, and how to begin a connection with it. */
export interface HelperPlace {
  way: PrivilegeWay;
  /** The file or socket, for people. */
  at: string;
  open(): HelperPipe;
}

/** One process of the helper: frames go in and come out until it ends. */
export interface HelperPipe {
  input: Writable;
  output: Readable;
  /** What it wrote for people, the last lines. */
  complaints(): string;
  onEnd(listener: (why: string) => void): void;
  /** Ends it at once. */
  kill(): void;
}

export interface FindOptions {
  /** The helper of this build. */
  built: string;
  installed?: string;
  socket?: string;
  isRoot?: boolean;
}

/**
 * The best way to a helper: the service, which works for everybody in its group; the installed file with its capabilities;
 * the one of this build, when Netsonde itself runs as root.
 * @throws NetsondeError unsupported (no Linux, not built), permission_denied (built, but nothing gives it rights)
 */
export function findHelper(options: FindOptions): HelperPlace {
  const { built, installed = INSTALLED_HELPER, socket = SERVICE_SOCKET, isRoot = process.getuid?.() === 0 } = options;
  if (process.platform !== 'linux') throw new NetsondeError('unsupported', text('helper.not_linux'));
  if (isRoot && existsSync(built)) return { way: 'root', at: built, open: () => spawnHelper(built) };
  if (mayUse(socket, constants.R_OK | constants.W_OK)) return { way: 'service', at: socket, open: () => connectHelper(socket) };
  if (mayUse(installed, constants.X_OK))
    return { way: isRoot ? 'root' : 'capabilities', at: installed, open: () => spawnHelper(installed) };
  if (isHidden(installed))
    throw new NetsondeError('permission_denied', text('helper.not_member'), { hint: text('helper.not_member_hint') });
  if (!existsSync(built) && !existsSync(installed)) {
    throw new NetsondeError('unsupported', text('helper.not_built'), { hint: text('helper.not_built_hint') });
  }
  throw new NetsondeError('permission_denied', text('helper.no_rights'), { hint: text('helper.install_hint') });
}

/** Where the build puts it, seen from the folder of the built main process or of its sources. */
export function builtHelper(outFolder: string): string {
  return process.env['NETSONDE_HELPER'] ?? path.join(outFolder, 'helper/netsonde-helper');
}

/** There, and only for its group: who was made a member since the login is none in this session yet. */
function isHidden(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EACCES'; // fs throws ErrnoException only
  }
}

function mayUse(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

const COMPLAINTS_KEPT = 2_000;

function spawnHelper(file: string): HelperPipe {
  // An empty environment: nothing of ours reaches a process with more rights.
  const child = spawn(file, [], { stdio: ['pipe', 'pipe', 'pipe'], env: {}, cwd: '/' });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints = (complaints + chunk).slice(-COMPLAINTS_KEPT)));
  child.stdin.on('error', () => {}); // it ended; `close` tells
  return {
    input: child.stdin,
    output: child.stdout,
    complaints: () => complaints.trim(),
    onEnd(listener) {
      child.once('error', thrown => listener(thrown.message));
      child.once('close', (code, signal) => listener(signal ? `signal ${signal}` : `exit code ${code}`));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function connectHelper(socket: string): HelperPipe {
  const pipe: Duplex = connect(socket);
  let failure = '';
  pipe.on('error', thrown => (failure = thrown.message));
  return {
    input: pipe,
    output: pipe,
    complaints: () => failure,
    onEnd: listener => void pipe.once('close', () => listener(failure || 'the service closed the connection')),
    kill: () => void pipe.destroy(),
  };
}
