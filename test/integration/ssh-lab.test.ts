import { execFile } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { CAN_MAKE_NETWORKS, WHY_SKIPPED } from '../support/network';
import { createSshLab, type SshLab } from '../support/ssh-lab';

const run = promisify(execFile);

describe.skipIf(!CAN_MAKE_NETWORKS)(`the lab's sshd (${WHY_SKIPPED})`, () => {
  let lab: SshLab | null = null;
  afterEach(async () => {
    await lab?.stop();
    lab = null;
  });

  /** Logs in with OpenSSH's own client. @returns stdout */
  async function login(
    { port, folder, hostKeyLine, privateKeyFile }: SshLab,
    user: string,
    ...command: string[]
  ): Promise<string> {
    const list = path.join(folder, 'known_hosts');
    await writeFile(list, `${hostKeyLine}\n`);
    const options = [`UserKnownHostsFile=${list}`, 'StrictHostKeyChecking=yes', 'BatchMode=yes', 'IdentitiesOnly=yes'];
    const args = [
      ...options.flatMap(option => ['-o', option]),
      '-i',
      privateKeyFile,
      '-p',
      String(port),
      `${user}@127.0.0.1`,
      ...command,
    ];
    return (await run('ssh', ['-F', 'none', ...args])).stdout;
  }

  test('lets root and its own users in by key, and tells how far sudo goes', async () => {
    lab = await createSshLab({ users: [{ name: 'nslab-sudo', sudo: 'nopasswd' }, { name: 'nslab-plain' }] });
    expect(await login(lab, 'root', 'id -u')).toBe('0\n');
    expect(await login(lab, 'nslab-sudo', 'sudo -n id -u')).toBe('0\n');
    await expect(login(lab, 'nslab-plain', 'sudo -n id -u')).rejects.toThrow();
  });

  test('is refused by a client that knew its keys before they changed, and by nobody after', async () => {
    lab = await createSshLab({ options: { hostKeys: ['ed25519', 'rsa'] } });
    const { hostKeyLine } = lab;
    expect(hostKeyLine.split('\n')).toHaveLength(2);
    await lab.changeHostKeys();
    await expect(login({ ...lab, hostKeyLine }, 'root', 'true')).rejects.toThrow(/REMOTE HOST IDENTIFICATION HAS CHANGED/);
    expect(await login(lab, 'root', 'echo in')).toBe('in\n');
  });

  test('leaves no process, user or file behind', async () => {
    lab = await createSshLab({ users: [{ name: 'nslab-gone', sudo: 'nopasswd', password: 'x' }] });
    const { pid, folder } = lab;
    await lab.stop();
    await expect(access(`/proc/${pid}`)).rejects.toThrow();
    await expect(access(folder)).rejects.toThrow();
    await expect(access('/etc/sudoers.d/netsonde-lab-nslab-gone')).rejects.toThrow();
    await expect(run('id', ['nslab-gone'])).rejects.toThrow(/no such user/);
  });
});
