import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Client, ClientChannel } from 'ssh2';
import type { HelperPipe, HelperPlace } from '../../../helper/find-helper';
import { EVENT_KINDS } from '../../../helper/records';
import { type Helper, superviseHelper } from '../../../helper/supervisor';
import type { Privilege } from './facts';
import { quoteAll } from './quote';
import { openChannel, SET_UP } from './shell';

/** As `uname -m` calls what Node calls so: the helper of this build runs nowhere else. */
const MACHINES = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
]);
const UPLOAD_MS = 60_000;
const COMPLAINTS_KEPT = 2_000;

/**
 * Makes a directory that nobody else may enter, where files may be run, takes the helper into it and removes it when nobody
 * holds the input any more: however the connection ends, nothing stays there. $1: bytes to come, $2: mark of its own lines.
 */
const KEEP = `${SET_UP}
umask 077
d=
for b in /run "$XDG_RUNTIME_DIR" /dev/shm /tmp "$HOME"; do
  [ -n "$b" ] || continue
  d=$(mktemp -d "$b/netsonde.XXXXXX" 2>/dev/null) || { d=; continue; }
  printf '#!/bin/sh\\nexit 0\\n' > "$d/try" && chmod 700 "$d/try" && "$d/try" 2>/dev/null && break
  rm -rf "$d"
  d=
done
[ -n "$d" ] || exit 4
trap 'rm -rf "$d"' EXIT
trap 'exit 1' HUP INT TERM
rm -f "$d/try"
echo "$2 $(uname -m) $d"
head -c "$1" > "$d/netsonde-helper" && chmod 700 "$d/netsonde-helper" || exit 5
echo "$2 $(sha256sum "$d/netsonde-helper" | cut -d ' ' -f 1)"
cat > /dev/null`;

/** A helper that runs on another machine for as long as it is held. */
export interface RemoteHelper {
  helper: Helper;
  /** Ends it and removes its directory. */
  stop(): void;
}

/**
 * Takes the helper of this build to another machine and starts it there.
 * @param file the helper of this build
 * @throws NetsondeError unsupported when it is not built, or the machine is of another kind; permission_denied without root
 * there, or without a place for it; unreadable_output when what arrived is not what was sent
 */
export async function startRemoteHelper(client: Client, host: string, privilege: Privilege, file: string): Promise<RemoteHelper> {
  if (privilege === 'none') {
    throw new NetsondeError('permission_denied', text('ssh.helper_needs_root', { host }), {
      hint: text('ssh.privilege_hint', { host }),
    });
  }
  const program = await readFile(file).catch((cause: unknown) => {
    throw new NetsondeError('unsupported', text('helper.not_built'), { hint: text('helper.not_built_hint'), cause });
  });
  const mark = randomBytes(8).toString('hex');
  const keeper = await openChannel(client, quoteAll(['sh', '-c', KEEP, 'sh', String(program.length), mark]), host);
  const lines = linesOf(keeper, mark);
  try {
    const [machine = '', directory = ''] = (await lines.next()).split(' ');
    if (machine !== MACHINES.get(process.arch)) {
      throw new NetsondeError('unsupported', text('ssh.other_machine', { host, machine, own: process.arch }));
    }
    if (!/^\/[A-Za-z0-9._/-]+$/.test(directory))
      throw new NetsondeError('unreadable_output', text('ssh.strange_answer', { host }));
    keeper.write(program);
    if ((await lines.next()) !== createHash('sha256').update(program).digest('hex')) {
      throw new NetsondeError('unreadable_output', text('ssh.helper_damaged', { host }));
    }
    const path = `${directory}/netsonde-helper`;
    const command = privilege === 'sudo' ? ['sudo', '-n', '--', path] : [path];
    const place: HelperPlace = { way: 'root', at: `${host}:${path}`, open: () => openPipe(client, host, command) };
    const helper = superviseHelper({ find: () => place, events: EVENT_KINDS.filter(kind => kind !== 'none') });
    return {
      helper,
      stop() {
        helper.stop();
        keeper.end();
      },
    };
  } catch (thrown) {
    keeper.end();
    throw thrown;
  }
}

/** The lines that begin with the mark, one after another; what a login prints before them is passed over. */
function linesOf(channel: ClientChannel, mark: string): { next(): Promise<string> } {
  const ready: string[] = [];
  let wanted: { resolve: (line: string) => void; reject: (error: NetsondeError) => void } | null = null;
  let over: NetsondeError | null = null;
  let rest = '';
  channel.setEncoding('utf8');
  channel.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-1_024);
    for (const line of lines) if (line.startsWith(`${mark} `)) ready.push(line.slice(mark.length + 1));
    give();
  });
  const end = (why: NetsondeError): void => {
    over ??= why;
    give();
  };
  channel.on('exit', (code: number | null) => {
    const key = code === 4 ? 'ssh.no_place' : 'ssh.upload_failed';
    end(new NetsondeError('permission_denied', text(key, { host: '', code: code ?? '' })));
  });
  channel.on('close', () => end(new NetsondeError('ssh_lost', text('ssh.upload_failed', { code: '' }))));

  function give(): void {
    const line = ready[0];
    if (!wanted) return;
    const { resolve, reject } = wanted;
    if (line !== undefined) {
      ready.shift();
      wanted = null;
      resolve(line);
    } else if (over) {
      wanted = null;
      reject(over);
    }
  }

  return {
    next() {
      const line = new Promise<string>((resolve, reject) => {
        wanted = { resolve, reject };
      });
      const timer = setTimeout(() => end(new NetsondeError('timeout', text('ssh.upload_failed', { code: '' }))), UPLOAD_MS);
      give();
      return line.finally(() => clearTimeout(timer));
    },
  };
}

/** A process of the helper: its frames go through a session of their own, whose end ends it. */
function openPipe(client: Client, host: string, command: readonly string[]): HelperPipe {
  const input = new PassThrough();
  const output = new PassThrough();
  const listeners = new Set<(why: string) => void>();
  let complaints = '';
  let ended: string | null = null;
  let channel: ClientChannel | null = null;
  let isKilled = false;

  const end = (why: string): void => {
    if (ended !== null) return;
    ended = why;
    output.end();
    for (const listener of listeners) listener(why);
  };
  openChannel(client, `exec ${quoteAll(command)}`, host).then(
    opened => {
      channel = opened;
      if (isKilled) return opened.close();
      input.pipe(opened);
      opened.pipe(output, { end: false });
      opened.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString('utf8')).slice(-COMPLAINTS_KEPT)));
      opened.on('close', () => end('its session was closed'));
    },
    (thrown: unknown) => end(thrown instanceof Error ? thrown.message : String(thrown)),
  );
  return {
    input,
    output,
    complaints: () => complaints.trim(),
    onEnd(listener) {
      if (ended === null) listeners.add(listener);
      else listener(ended);
    },
    kill() {
      isKilled = true;
      input.end();
      channel?.close();
    },
  };
}
