import { NetsondeError } from '@shared/errors';
import { toEnglish } from '@shared/text/index';
import { describe, expect, test } from 'vitest';
import { fixture } from '../../../test/fixtures/fixture';
import type { ExecResult, Host } from '../hosts/host';
import { installCommand } from '../hosts/local-host';
import { type Backend, collectWithFallback } from './backend';
import { parseOutput, runTool, unreadable } from './run-tool';

/** A host whose programs answer as told. */
function hostThat(exec: Host['exec'], fields: Partial<Host> = {}): Host {
  const absent = (): Promise<never> => Promise.reject(new NetsondeError('unsupported', 'absent'));
  return {
    name: 'localhost',
    kind: 'local',
    platform: 'linux',
    helper: null,
    rttMs: null,
    ownTraffic: null,
    exec,
    stream: absent,
    readFile: absent,
    readDirectory: absent,
    readLink: () => Promise.resolve(null),
    installHint: ({ apt }) => Promise.resolve(`sudo apt install ${apt}`),
    ...fields,
  };
}

const answers = (stdout: string): ExecResult => ({ stdout, stderr: '', exitCode: 0, truncated: false });
const failsWith = (stderr: string): Host =>
  hostThat(() => Promise.reject(new NetsondeError('internal', 'ended with code 1', { data: { stderr, exit_code: 1 } })));

describe('a program that ends with an error', () => {
  test.each([
    ['errors/iftop-badfilter.txt', 'unsupported', "can't parse filter expression: syntax error"],
    ['errors/iftop-nodevice.txt', 'unsupported', 'No such device exists'],
    ['errors/iftop-unprivileged.txt', 'permission_denied', "You don't have permission to perform this capture"],
    ['errors/ip-nodevice.txt', 'unsupported', 'Device "nosuch0" does not exist.'],
    ['errors/ss-badfilter.txt', 'unsupported', 'Cannot parse dst/src address.'],
    ['errors/tcpdump-unprivileged.txt', 'permission_denied', 'Operation not permitted'],
    ['iftop/t-s3-lo-silent.txt', 'unsupported', 'That device is not up'],
    ['busybox/netstat-tunaW.txt', 'unsupported', "invalid option -- 'W'"],
    ['busybox/netstat-tunap-debian-build-without-p.txt', 'unsupported', "invalid option -- 'p'"],
    ['busybox/netstat-i-unsupported.txt', 'unsupported', "invalid option -- 'i'"],
  ])('%s: the next backend is tried, for the reason that was given', async (name, code, reason) => {
    const failed = runTool(failsWith(fixture(`${name}.stderr`)), ['prog'], { apt: 'pkg' }, { timeoutMs: 1 });
    await expect(failed).rejects.toMatchObject({ code });
    await expect(failed).rejects.toThrow(reason);
  });

  test('a missing one comes with the install command', async () => {
    const host = hostThat(() => Promise.reject(new NetsondeError('tool_missing', 'ss is not installed.')));
    await expect(runTool(host, ['ss'], { apt: 'iproute2' }, { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'tool_missing',
      hint: 'sudo apt install iproute2',
    });
  });

  test.each([
    ['busybox/netstat-tunaW.txt', 'sudo apt install pkg'],
    ['iftop/t-s3-lo-silent.txt', 'Bring the interface up (ip link set … up).'],
    ['errors/iftop-unprivileged.txt', 'Start Netsonde as root (sudo).'],
  ])('%s: what to do is %s', async (name, hint) => {
    const failed = runTool(failsWith(fixture(`${name}.stderr`)), ['prog'], { apt: 'pkg' }, { timeoutMs: 1 });
    await expect(failed).rejects.toMatchObject({ hint });
  });

  test('what it says cannot steer a terminal', async () => {
    await expect(runTool(failsWith('\u001b[2Jno'), ['prog'], { apt: 'pkg' }, { timeoutMs: 1 })).rejects.toThrow(
      'prog refused: [2Jno',
    );
  });
});

test('an unreadable line is quoted with the version of the program', async () => {
  const host = hostThat(() => Promise.resolve(answers('ss utility, iproute2-6.1.0\n')));
  const parsing = parseOutput(host, ['ss', '-V'], () => {
    throw unreadable('ss', 'strange line');
  });
  await expect(parsing).rejects.toMatchObject({ code: 'unreadable_output' });
  await expect(parsing).rejects.toThrow('ss printed a line Netsonde cannot read: strange line (ss: ss utility, iproute2-6.1.0)');
});

describe('falling back', () => {
  const backend = (
    name: string,
    collect: Backend<void, number>['collect'],
    platforms: Backend<void, number>['platforms'] = ['linux'],
  ): Backend<void, number> => ({
    name,
    privileged: false,
    platforms,
    collect,
  });
  const missing = (name: string): Backend<void, number> =>
    backend(name, () =>
      Promise.reject(new NetsondeError('tool_missing', `${name} is not installed.`, { hint: `install ${name}` })),
    );
  const host = hostThat(() => Promise.resolve(answers('')));

  test('the first that works answers; why the better ones did not is told, with remedies', async () => {
    const result = await collectWithFallback(
      [backend('mac', () => Promise.resolve([0]), ['darwin']), missing('a'), backend('b', () => Promise.resolve([1, 2]))],
      host,
      undefined,
    );
    expect(result.rows).toEqual([1, 2]);
    expect(toEnglish(result.source.reason ?? '')).toBe('a: a is not installed.');
    expect(result.source).toMatchObject({
      backend: 'b',
      degraded: true,
      remedies: [{ backend: 'a', code: 'tool_missing', hint: 'install a' }],
      rtt_ms: null,
      caveats: [],
    });
  });

  test('nothing works: the last code, and every reason', async () => {
    await expect(collectWithFallback([missing('a'), missing('b')], host, undefined)).rejects.toThrow(
      'a: a is not installed.; b: b is not installed.',
    );
  });

  test('a failure that another backend would not mend is not hidden', async () => {
    const broken = backend('a', () => Promise.reject(new NetsondeError('busy', 'no descriptors')));
    await expect(collectWithFallback([broken, backend('b', () => Promise.resolve([1]))], host, undefined)).rejects.toMatchObject({
      code: 'busy',
    });
  });

  test('a slow remote host is a caveat', async () => {
    const far = hostThat(() => Promise.resolve(answers('')), { name: 'far', kind: 'ssh', rttMs: 240 });
    const result = await collectWithFallback([backend('b', () => Promise.resolve([]))], far, undefined);
    expect(result.source.caveats.map(toEnglish)).toEqual(['The round trip to far is 240 ms.']);
  });
});

test.each([
  ['linux', 'ID=debian', 'sudo apt install iftop'],
  ['linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"', 'sudo yum install iftop'],
  ['linux', 'ID=alpine', 'apk add iftop'],
  ['darwin', '', 'brew install iftop'],
] as const)('on %s %j a package is installed by: %s', (platform, release, command) => {
  expect(installCommand(platform, release, { apt: 'iftop' })).toBe(command);
});
