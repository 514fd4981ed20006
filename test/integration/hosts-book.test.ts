import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openHostStore } from '../../src-main/engine/hosts/host-store';
import { createMemorySecrets, type Secrets } from '../../src-main/engine/hosts/secrets';
import type { Caller } from '../../src-main/engine/tool';
import { createHome } from '../../src-main/home';
import type { HostImport, HostTest } from '../../src-shared/model/host';
import { CAN_MAKE_NETWORKS, WHY_SKIPPED } from '../support/network';
import { createSshLab, type SshLab } from '../support/ssh-lab';
import { type Lab, openLab, type Reply } from './engine-lab';

const CANARY = 'C4nary-pa55word';
const USER = 'nsbook';

describe.skipIf(!CAN_MAKE_NETWORKS)(`the book of hosts (${WHY_SKIPPED})`, () => {
  let sshd: SshLab;
  /** Reached through the first one only, as far as the book goes. */
  let inner: SshLab;
  let folder: string;
  let lab: Lab;

  beforeAll(async () => {
    const config = ['PasswordAuthentication yes'];
    sshd = await createSshLab({ users: [{ name: USER, password: CANARY }], options: { config } });
    inner = await createSshLab();
  });
  afterAll(async () => {
    await inner.stop();
    await sshd.stop();
  });
  afterEach(async () => {
    await lab.engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** An engine with the files of a home of its own, which knows no key. */
  function open(secrets?: Secrets): void {
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-book-'));
    const home = createHome({ NETSONDE_HOME: path.join(folder, 'home') });
    const hostStore = openHostStore(name => home.file('config', name), {
      secrets,
      knownHosts: [path.join(folder, 'known_hosts')],
    });
    lab = openLab({ hostStore });
  }
  const asUser: Caller = {
    id: 'interface',
    door: 'interface',
    scopes: new Set(['read', 'remote']),
    language: 'en',
    isAtDesktop: true,
  };
  const call = async <Data>(tool: string, input: object): Promise<Reply & { data: Data }> =>
    (await lab.engine.call(tool, input, asUser)) as Reply & { data: Data }; // the tool's own schema has checked it
  const add = (name: string, fields: object = {}) =>
    call('add_host', { name, address: '127.0.0.1', port: sshd.port, key_file: sshd.privateKeyFile, agent: false, ...fields });
  const tested = async (host: string): Promise<HostTest> => (await call<HostTest>('test_host', { host })).data;
  const stepsOf = ({ steps }: HostTest): string[] => steps.map(({ host, step, ok }) => `${host} ${step} ${ok ? 'ok' : 'failed'}`);

  test('a test goes as far as the key nobody knows, and after that was accepted through all steps', async () => {
    open();
    await add('web');
    const first = await tested('web');
    expect(stepsOf(first)).toEqual(['web resolve ok', 'web tcp ok', 'web host_key failed']);
    expect(first.keys).toEqual([{ host: 'web', type: 'ssh-ed25519', fingerprint: sshd.fingerprint, state: 'unknown' }]);
    expect(sshd.log()).not.toContain('Accepted');
    expect((await call('trust_host', { host: 'WEB', fingerprint: sshd.fingerprint })).success).toBe(true);
    const second = await tested('web');
    expect(stepsOf(second)).toEqual(['resolve', 'tcp', 'host_key', 'login', 'shell', 'abilities'].map(step => `web ${step} ok`));
    expect(second.steps.at(-1)?.text).toMatch(/^root: everything can be measured\. Found: .*ss/);
    expect((await lab.call('list_network_interfaces', { host: 'web' })).success).toBe(true);
  });

  test('a key is accepted only while the host shows exactly that one, and one that changed is never', async () => {
    open();
    await add('web');
    const other = `SHA256:${'A'.repeat(43)}`;
    expect(await call('trust_host', { host: 'web', fingerprint: other })).toMatchObject({
      success: false,
      error: { code: 'host_key_unknown' },
      message: expect.stringContaining(sshd.fingerprint),
    });
    const { fingerprint } = inner;
    await add('inner', { port: inner.port, key_file: inner.privateKeyFile });
    expect((await call('trust_host', { host: 'inner', fingerprint })).success).toBe(true);
    await inner.changeHostKeys();
    expect(await call('trust_host', { host: 'inner', fingerprint: inner.fingerprint })).toMatchObject({
      success: false,
      error: { code: 'host_key_changed' },
    });
    const changed = await tested('inner');
    expect(stepsOf(changed).at(-1)).toBe('inner host_key failed');
    expect(changed.keys[0]?.state).toBe('changed');
  });

  test('each host on the way is judged by its own key, the jump host first', async () => {
    open();
    await add('gate');
    await add('deep', { port: inner.port, key_file: inner.privateKeyFile, jump: 'gate' });
    expect(stepsOf(await tested('deep')).at(-1)).toBe('gate host_key failed');
    await call('trust_host', { host: 'gate', fingerprint: sshd.fingerprint });
    expect(stepsOf(await tested('deep')).slice(-3)).toEqual(['deep resolve ok', 'deep tcp ok', 'deep host_key failed']);
    expect((await call('trust_host', { host: 'deep', fingerprint: inner.fingerprint })).success).toBe(true);
    const all = await tested('deep');
    expect(all.ok, JSON.stringify(all.steps)).toBe(true);
    expect(all.keys.map(({ host, state }) => `${host} ${state}`)).toEqual(['gate known', 'deep known']);
    expect((await lab.call('list_network_interfaces', { host: 'deep' })).success).toBe(true);
  });

  test('what fails is named with the step it fails in', async () => {
    open();
    await add('closed', { port: 1 });
    await add('nowhere', { address: 'nothing.invalid' });
    await add('wrong', { username: USER, key_file: null, password: 'not it' });
    await add('locked', { key_file: sshd.encryptedKeyFile });
    expect(await call('test_host', { host: 'closed' })).toMatchObject({
      success: true,
      message: expect.stringMatching(/^closed cannot be measured: .*refused/),
    });
    expect(stepsOf(await tested('nowhere'))).toEqual(['nowhere resolve failed']);
    await call('trust_host', { host: 'wrong', fingerprint: sshd.fingerprint });
    const wrong = await tested('wrong');
    expect(wrong.steps.at(-1)).toMatchObject({ step: 'login', ok: false, text: `127.0.0.1 did not let ${USER} in.` });
    const locked = await tested('locked');
    expect(locked.steps.at(-1)).toMatchObject({
      step: 'login',
      ok: false,
      text: expect.stringContaining('needs its passphrase'),
    });
    await call('update_host', { host: 'locked', passphrase: sshd.passphrase });
    expect((await tested('locked')).ok).toBe(true);
  });

  test('a password opens the account, and stands in no file, answer or log of sshd', async () => {
    open();
    const answers = [await add('plain', { username: USER, key_file: null, password: CANARY })];
    await call('trust_host', { host: 'plain', fingerprint: sshd.fingerprint });
    answers.push(await call('test_host', { host: 'plain' }), await call('list_host_profiles', {}), await call('list_hosts', {}));
    expect(answers[1]).toMatchObject({
      success: true,
      data: { ok: true, abilities: ['interfaces', 'traffic', 'connections', 'ports'] },
    });
    expect(answers[2]?.data).toMatchObject({ hosts: [{ name: 'plain', has_password: true }], secrets_lasting: false });
    const home = path.join(folder, 'home');
    for (const name of readdirSync(home)) {
      expect(readFileSync(path.join(home, name), 'utf8'), name).not.toContain(CANARY);
      expect(statSync(path.join(home, name)).mode & 0o777, name).toBe(0o600);
    }
    expect(JSON.stringify(answers)).not.toContain(CANARY);
    expect(sshd.log()).not.toContain(CANARY);
  });

  test('a token made for an agent cannot choose new targets without the scope for them', async () => {
    open();
    const agent: Caller = { id: 'token-1', door: 'interface', scopes: new Set(['read']), language: 'en' };
    for (const [tool, input] of [
      ['add_host', { name: 'web', address: '127.0.0.1' }],
      ['import_hosts', { format: 'ssh_config', text: 'Host web' }],
      ['trust_host', { host: 'web', fingerprint: sshd.fingerprint }],
    ] as const) {
      expect(await lab.engine.call(tool, input, agent), tool).toMatchObject({
        success: false,
        error: { code: 'permission_denied' },
      });
      expect(await lab.engine.call(tool, input, { ...asUser, door: 'mcp' }), tool).toMatchObject({
        error: { code: 'not_found' },
      });
    }
  });

  describe('the import of a file with passwords', () => {
    const content = (): string =>
      JSON.stringify(
        {
          note: 'kept',
          IftopConfig: { remote_hosts: [{ host: '127.0.0.1', name: 'web', port: sshd.port, username: USER, password: CANARY }] },
        },
        null,
        2,
      );

    test('with a keychain takes them out of the file, which nobody else can read then, and the host can be logged in to', async () => {
      open({ ...createMemorySecrets(), lasting: true });
      const file = path.join(folder, 'netsonde.json');
      writeFileSync(file, content(), { mode: 0o644 });
      const { data } = await call<HostImport>('import_hosts', { format: 'json', path: file });
      expect(data).toMatchObject({ added: ['web'], passwords: 1, rewritten: true });
      const rest = readFileSync(file, 'utf8');
      expect(rest).not.toContain(CANARY);
      expect(JSON.parse(rest)).toMatchObject({ note: 'kept', IftopConfig: { remote_hosts: [{ name: 'web', port: sshd.port }] } });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder).sort()).toEqual(['home', 'netsonde.json']);
      await call('trust_host', { host: 'web', fingerprint: sshd.fingerprint });
      expect((await tested('web')).ok).toBe(true);
    });

    test('without one leaves the file as it is, and says so', async () => {
      open();
      const file = path.join(folder, 'netsonde.json');
      writeFileSync(file, content(), { mode: 0o644 });
      const { data } = await call<HostImport>('import_hosts', { format: 'json', path: file });
      expect(data).toMatchObject({ added: ['web'], passwords: 1, rewritten: false, secrets_lasting: false });
      expect(data.notes[0]).toMatch(/kept in memory only; .* stays as it is, with the password in it/);
      expect(readFileSync(file, 'utf8')).toBe(content());
    });

    test('keeps the passwords of hosts that were there already in the file: nobody else has them', async () => {
      open({ ...createMemorySecrets(), lasting: true });
      await add('web');
      const file = path.join(folder, 'netsonde.json');
      writeFileSync(file, content());
      const { data } = await call<HostImport>('import_hosts', { format: 'json', path: file });
      expect(data).toMatchObject({ added: [], skipped: [{ name: 'web' }], passwords: 0, rewritten: false });
      expect(readFileSync(file, 'utf8')).toBe(content());
    });

    test('names a file only for who sits at this machine', async () => {
      open();
      const page: Caller = { ...asUser, isAtDesktop: false };
      expect(await lab.engine.call('import_hosts', { format: 'json', path: '/etc/passwd' }, page)).toMatchObject({
        error: { code: 'permission_denied' },
      });
    });
  });
});
