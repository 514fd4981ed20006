import fs from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { TextFile } from './host-book';
import { fingerprint, KnownHosts, knownHostsLine } from './ssh/known-hosts';

/** The lists of OpenSSH on this machine: read, never written. */
export const SYSTEM_LISTS: readonly string[] = [path.join(homedir(), '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts'];

/** Ten thousand hosts with three keys each are 10 MB. */
const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** Which keys hosts have, by OpenSSH's lists and by what a person accepted in Netsonde. */
export interface KnownKeys {
  /** Read anew when a list has changed. @throws NetsondeError permission_denied when one is there and cannot be read */
  load(): KnownHosts;
  /** Notes a key that a person has compared. @throws NetsondeError host_key_changed when the host is known by another one */
  trust(host: string, port: number, key: Buffer): void;
}

/** @param own gets the accepted keys; the others are never written */
export function createKnownKeys({ files, own }: { files: readonly string[]; own: TextFile }): KnownKeys {
  let read: { state: string; known: KnownHosts } | null = null;
  const load = (): KnownHosts => {
    const accepted = own.read() ?? '';
    const state = JSON.stringify([accepted, ...files.map(stateOf)]);
    if (read?.state !== state) read = { state, known: new KnownHosts(accepted, ...files.map(readList)) };
    return read.known;
  };
  return {
    load,
    trust(host, port, key) {
      const verdict = load().check(host, port, key);
      if (verdict === 'known') return;
      if (verdict !== 'unknown') {
        const values = { host: port === 22 ? host : `${host}:${port}`, fingerprint: fingerprint(key) };
        throw new NetsondeError('host_key_changed', text(verdict === 'revoked' ? 'ssh.key_revoked' : 'ssh.key_changed', values), {
          hint: text('ssh.key_changed_hint', values),
        });
      }
      const accepted = own.read() ?? '';
      const gap = accepted === '' || accepted.endsWith('\n') ? '' : '\n';
      own.write(`${accepted}${gap}${knownHostsLine(host, port, key)}\n`);
    },
  };
}

/** Another one after every change of the file. */
function stateOf(file: string): string {
  const found = fs.statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : '';
}

/** A list that is not there knows nothing; one that may not be read could hold a warning: no connection without it. */
function readList(file: string): string {
  let reason: string;
  let cause: unknown;
  try {
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (!found) return '';
    if (found.isFile() && found.size <= MAX_LIST_BYTES) return fs.readFileSync(file, 'utf8');
    reason = found.isFile() ? `${found.size} B` : 'no regular file';
  } catch (thrown) {
    cause = thrown;
    reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    if (reason === 'ENOENT') return ''; // gone since it was looked at
  }
  throw new NetsondeError('permission_denied', text('hosts.list_unreadable', { file, reason }), {
    hint: text('hosts.list_unreadable_hint', { file }),
    cause,
  });
}
