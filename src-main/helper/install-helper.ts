import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import { INSTALLED_HELPER, SERVICE_SOCKET } from './find-helper';

const run = promisify(execFile);

export const HELPER_GROUP = 'netsonde';
/** All the helper needs: load programs, attach to tracepoints, to interfaces and cgroups, and capture. */
export const HELPER_CAPABILITIES = 'cap_bpf,cap_perfmon,cap_net_admin,cap_net_raw';
const UNIT_NAME = 'netsonde-helper.service';
const UNIT_FILE = `/etc/systemd/system/${UNIT_NAME}`;
const ADMIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const COMMAND_TIMEOUT_MS = 30_000;

export interface InstallOptions {
  /** The helper of this build. */
  built: string;
  /** Also (or instead of capabilities) a service that members of the group reach through a socket. */
  service: boolean;
  /** Who may use it beside root, by name or, as pkexec tells it, by number: becomes a member of the group. */
  user: string | null;
}

/** What was done, a line each, for people. */
export type InstallStep = ReturnType<typeof text>;

/**
 * Copies the helper to where only root can change it and gives it its capabilities, or makes it a service. Constant paths and
 * commands: nothing typed or received is part of them, but the name of the user, who exists.
 * @throws NetsondeError permission_denied unless root; not_found when there is no such user; unsupported when it is not built, or setcap or systemd is missing
 */
export async function installHelper({ built, service, user }: InstallOptions): Promise<InstallStep[]> {
  requireRoot();
  if (!existsSync(built)) {
    throw new NetsondeError('unsupported', text('helper.not_built'), { hint: text('helper.not_built_hint') });
  }
  const member = user === null ? null : await userName(user);
  const steps: InstallStep[] = [];
  const group = await makeGroup(steps);
  const folder = path.dirname(INSTALLED_HELPER);
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  chownSync(folder, 0, group);
  chmodSync(folder, 0o750);
  // A new file under a new name, then renamed: a helper that runs keeps its own, and no half-written one is ever started.
  const fresh = `${INSTALLED_HELPER}.new`;
  copyFileSync(built, fresh);
  chownSync(fresh, 0, group);
  chmodSync(fresh, 0o750);
  if (!service) await command('setcap', [`${HELPER_CAPABILITIES}=ep`, fresh], 'libcap2-bin');
  renameSync(fresh, INSTALLED_HELPER);
  steps.push(
    text(service ? 'install.copied' : 'install.copied_capabilities', {
      file: INSTALLED_HELPER,
      capabilities: HELPER_CAPABILITIES,
    }),
  );
  if (service) {
    writeFileSync(UNIT_FILE, unitFile(), { mode: 0o644 });
    await command('systemctl', ['daemon-reload'], 'systemd');
    await command('systemctl', ['enable', '--now', UNIT_NAME], 'systemd');
    steps.push(text('install.service', { unit: UNIT_NAME, socket: SERVICE_SOCKET }));
  }
  if (member !== null && member !== 'root') {
    await command('usermod', ['-aG', HELPER_GROUP, '--', member], 'passwd');
    steps.push(text('install.member', { user: member, group: HELPER_GROUP }));
  }
  return steps;
}

/** Undoes all of it; what is not there is no failure. @throws NetsondeError permission_denied unless root */
export async function uninstallHelper(): Promise<InstallStep[]> {
  requireRoot();
  const steps: InstallStep[] = [];
  if (existsSync(UNIT_FILE)) {
    await command('systemctl', ['disable', '--now', UNIT_NAME], 'systemd').catch(() => {}); // no systemd runs: the file goes all the same
    rmSync(UNIT_FILE, { force: true });
    steps.push(text('install.removed', { file: UNIT_FILE }));
  }
  const folder = path.dirname(INSTALLED_HELPER);
  if (existsSync(folder)) {
    rmSync(folder, { recursive: true, force: true });
    steps.push(text('install.removed', { file: folder }));
  }
  if (groupId() !== null) {
    await command('groupdel', [HELPER_GROUP], 'passwd');
    steps.push(text('install.group_removed', { group: HELPER_GROUP }));
  }
  if (steps.length === 0) steps.push(text('install.nothing'));
  return steps;
}

function requireRoot(): void {
  if (process.platform !== 'linux') throw new NetsondeError('unsupported', text('helper.not_linux'));
  if (process.getuid?.() !== 0)
    throw new NetsondeError('permission_denied', text('install.needs_root'), { hint: text('install.needs_root_hint') });
}

/** usermod takes names only. Asked before anything is done. */
async function userName(user: string): Promise<string> {
  try {
    const { stdout } = await run('id', ['-nu', '--', user], {
      env: { PATH: ADMIN_PATH, LC_ALL: 'C' },
      timeout: COMMAND_TIMEOUT_MS,
    });
    return stdout.trim();
  } catch (cause) {
    throw new NetsondeError('not_found', text('install.no_user', { user }), { cause });
  }
}

/** Id of the group, from the file: null when there is none. */
function groupId(): number | null {
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find(each => each.startsWith(`${HELPER_GROUP}:`));
  const id = Number(line?.split(':')[2]);
  return line && Number.isInteger(id) ? id : null;
}

async function makeGroup(steps: InstallStep[]): Promise<number> {
  if (groupId() === null) {
    await command('groupadd', ['--system', HELPER_GROUP], 'passwd');
    steps.push(text('install.group', { group: HELPER_GROUP }));
  }
  const id = groupId();
  if (id === null) throw new NetsondeError('unsupported', text('install.no_group', { group: HELPER_GROUP }));
  return id;
}

async function command(program: string, args: readonly string[], apt: string): Promise<void> {
  try {
    await run(program, args, { env: { PATH: ADMIN_PATH, LC_ALL: 'C' }, timeout: COMMAND_TIMEOUT_MS });
  } catch (thrown) {
    const { code, stderr = '' } = thrown as NodeJS.ErrnoException & { stderr?: string }; // execFile rejects with these
    if (code === 'ENOENT') {
      throw new NetsondeError('tool_missing', text('install.no_program', { program }), {
        hint: text('install.no_program_hint', { apt }),
      });
    }
    throw new NetsondeError('unsupported', text('install.failed', { program, why: stderr.trim().slice(0, 200) }), {
      cause: thrown,
    });
  }
}

function unitFile(): string {
  return `# Made by \`netsonde helper install --service\`; \`netsonde helper uninstall\` removes it.
[Unit]
Description=Netsonde's privileged helper: kernel network events for members of the group ${HELPER_GROUP}
Documentation=man:capabilities(7)

[Service]
ExecStart=${INSTALLED_HELPER} service
CapabilityBoundingSet=CAP_BPF CAP_PERFMON CAP_NET_ADMIN CAP_NET_RAW CAP_CHOWN
RuntimeDirectory=netsonde
RuntimeDirectoryMode=0750
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_PACKET AF_INET AF_INET6
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;
}
