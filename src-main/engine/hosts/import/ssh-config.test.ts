import { toEnglish } from '@shared/text/index';
import { describe, expect, test } from 'vitest';
import { importSshConfig } from './ssh-config';

const HOME = '/home/ann';

function importing(content: string, included: Record<string, string> = {}) {
  return importSshConfig(content, {
    home: HOME,
    user: 'ann',
    read: file => included[file] ?? null,
    glob: pattern => {
      const wanted = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
      return Object.keys(included)
        .filter(file => wanted.test(file))
        .sort();
    },
  });
}
const hostsOf = (content: string, included?: Record<string, string>) =>
  new Map(importing(content, included).hosts.map(({ profile }) => [profile.name, profile]));
const notesOf = (content: string, included?: Record<string, string>) => importing(content, included).notes.map(toEnglish);

test('a configuration as people have it: names, defaults under wildcards, a jump host and keys', () => {
  const hosts = hostsOf(`
# Work
Host bastion
    HostName bastion.example.com
    User jump
    IdentityFile ~/.ssh/bastion_ed25519

Host web1 web2
    HostName %h.internal.example.com
    Port=2222
    ProxyJump bastion
    IdentitiesOnly yes

Host "db primary" db
    hostname 10.0.0.5
    user "postgres"

Host *.internal web*
    User deploy
    IdentityFile "%d/.ssh/keys/%r@%n"

Host *
    ServerAliveInterval 60
    User nobody
`);
  expect([...hosts.keys()]).toEqual(['bastion', 'web1', 'web2', 'db']);
  expect(hosts.get('bastion')).toMatchObject({
    address: 'bastion.example.com',
    username: 'jump',
    port: 22,
    key_file: '~/.ssh/bastion_ed25519',
    jump: null,
    agent: true,
  });
  expect(hosts.get('web2')).toMatchObject({
    address: 'web2.internal.example.com',
    port: 2222,
    username: 'deploy',
    jump: 'bastion',
    key_file: '/home/ann/.ssh/keys/deploy@web2',
    agent: false,
  });
  expect(hosts.get('db')).toMatchObject({ address: '10.0.0.5', username: 'postgres', key_file: null });
});

test('the first value wins, also over a more specific one that follows, and the user of ssh is the default', () => {
  const hosts = hostsOf('Port 2200\nHost *.example\n Port 2201\nHost a.example\n Port 2202\nHost b\n HostName c\n');
  expect(hosts.get('a.example')).toMatchObject({ port: 2200, username: 'ann' });
});

test('an exclusion keeps a host out of a block', () => {
  const hosts = hostsOf('Host * !gate\n ProxyJump gate\nHost gate inner\n User x\n');
  expect(hosts.get('gate')?.jump).toBeNull();
  expect(hosts.get('inner')?.jump).toBe('gate');
});

test('a jump host covered by its own wildcard is reached straight', () => {
  const hosts = hostsOf('Host inner gate\nHost *\n ProxyJump gate\n');
  expect(hosts.get('gate')?.jump).toBeNull();
  expect(hosts.get('inner')?.jump).toBe('gate');
});

test('several hops become a chain of hosts, and one that is reached otherwise by itself gets a name of its own', () => {
  const hosts = hostsOf(`
Host target
  ProxyJump outer,ops@middle:2022
Host outer
  HostName 192.0.2.1
Host middle
  HostName 10.0.0.1
  IdentityFile /keys/middle
`);
  expect(hosts.get('target')?.jump).toBe('middle-ops-2022-via-outer');
  expect(hosts.get('middle-ops-2022-via-outer')).toMatchObject({
    address: '10.0.0.1',
    username: 'ops',
    port: 2022,
    jump: 'outer',
    key_file: '/keys/middle',
  });
  expect(hosts.get('middle')?.jump).toBeNull();
});

test('a hop that is no host of the file becomes one', () => {
  const hosts = hostsOf(
    'Host a\n ProxyJump ssh://me@gate.example:2022\nHost b\n ProxyJump gate.example\nHost c\n ProxyCommand ssh -W %h:%p gate.example\n',
  );
  expect(hosts.get('gate.example-me-2022')).toBeUndefined();
  expect(hosts.get('a')?.jump).toBe('gate.example');
});

test('a circle of jumps and a hop without a possible name are left out, with what depends on them', () => {
  const { hosts, skipped } = importing(
    'Host a\n ProxyJump b\nHost b\n ProxyJump a\nHost c\n ProxyJump -oProxyCommand=id\nHost d\n ProxyJump c\nHost fine\n',
  );
  expect(hosts.map(({ profile }) => profile.name)).toEqual(['fine']);
  expect(skipped.map(({ name }) => name)).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']));
});

test('Include is followed in place, with globs, relative to ~/.ssh, and within a Host only for that host', () => {
  const files = {
    '/home/ann/.ssh/conf.d/10-web.conf': 'Host web\n HostName 192.0.2.10\n',
    '/home/ann/.ssh/conf.d/20-db.conf': 'Host db\n HostName 192.0.2.20\n',
    '/etc/team': 'User team\nHost web db\n Port 2222\n',
  };
  const hosts = hostsOf('Include conf.d/*.conf\nHost web\n Include /etc/team\n User late\nHost db\n User dba\n', files);
  expect(hosts.get('web')).toMatchObject({ address: '192.0.2.10', username: 'team', port: 2222 });
  expect(hosts.get('db')).toMatchObject({ address: '192.0.2.20', username: 'dba', port: 22 });
});

test('an Include that includes itself ends', () => {
  const files = { '/home/ann/.ssh/loop': 'Include loop\nHost a\n' };
  expect(hostsOf('Include loop\n', files).has('a')).toBe(true);
  expect(notesOf('Include loop\n', files)).toEqual([expect.stringMatching(/was not included \(more than 16 levels\)/)]);
});

test('Match is passed over and said, but Match all counts', () => {
  const content = 'Match host web exec "touch /tmp/x"\n User evil\nMatch all\n Port 2222\nHost web\n';
  expect(hostsOf(content).get('web')).toMatchObject({ username: 'ann', port: 2222 });
  expect(notesOf(content)).toEqual(['Line 1: Match was passed over; what stands under it counts for no host.']);
});

test('a ProxyCommand is never run and is said', () => {
  expect(notesOf('Host web\n ProxyCommand /bin/sh -c "nc %h %p"\n')).toEqual([
    expect.stringMatching(/^web: ProxyCommand is not run/),
  ]);
});

test.each([
  ['a name', 'Host we;b\n HostName a\n', /the name is none/],
  ['an address', 'Host web\n HostName -oProxyCommand=id\n', /its address "-oProxyCommand=id"/],
  ['a user', 'Host web\n User DOMAIN\\ann\n', /its user "DOMAIN\\\\ann"/],
  ['a port', 'Host web\n Port 70000\n', /its port "70000"/],
])('%s that no host can have is skipped with the reason', (_name, content, why) => {
  const { hosts, skipped } = importing(content);
  expect(hosts).toEqual([]);
  expect(skipped.map(each => toEnglish(each.why))).toEqual([expect.stringMatching(why)]);
});

test('a host for which SHA-1 was allowed keeps it, one for which it was taken away does not', () => {
  const hosts = hostsOf(
    'Host old\n KexAlgorithms +diffie-hellman-group1-sha1\n HostKeyAlgorithms +ssh-rsa\nHost new\n Ciphers -*-cbc\n',
  );
  expect([hosts.get('old')?.legacy, hosts.get('new')?.legacy]).toEqual([true, false]);
});

describe('what is too much', () => {
  test('a file over 1 MiB is refused', () => {
    expect(() => importing(`#${'x'.repeat(1024 * 1024)}`)).toThrow(/more than 1 MiB/);
  });

  test('hosts beyond a thousand are left out and said', () => {
    const { hosts, skipped } = importing(Array.from({ length: 1_003 }, (_, number) => `Host h${number}`).join('\n'));
    expect(hosts).toHaveLength(1_000);
    expect(skipped).toHaveLength(3);
  });
});
