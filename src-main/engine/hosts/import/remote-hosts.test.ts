import { toEnglish } from '@shared/text/index';
import { describe, expect, test } from 'vitest';
import { importRemoteHosts } from './remote-hosts';

const CANARY = 'C4nary-pa55word';

const JSON_CONFIG = `{
    "IftopConfig": {
        "timeout": 30,
        "big": 12345678901234567890,
        "remote_hosts": [
            { "host": "192.168.1.100", "name": "web-1", "port": 2222, "username": "admin", "password": "${CANARY}" },
            { "host": "192.168.1.101", "name": "生产服务器", "password": "${CANARY}2" }
        ]
    },
    "other": [1.0, true, null]
}
`;
const YAML_CONFIG = `# hosts of the lab
NetstatConfig:
  remote_hosts:
    # the first one
    - host: db.example.com
      name: db
      username: dba
      password: 0123456 # digits, kept as they are
    - { host: 10.0.0.2, password: "${CANARY}", name: cache }
limits: {rows: 1e3}
`;
const TOML_CONFIG = `title = "lab" # a comment

[[IftopConfig.remote_hosts]]
host = "10.0.0.1"
name = "one"
password = "${CANARY}" # old

[[IftopConfig.remote_hosts]]
host = "10.0.0.2"
name = "two"
port = 2022

[NetstatConfig]
password = "not a host's"
`;

test('JSON: hosts with their defaults, and the text without passwords but with everything else as it was written', () => {
  const { hosts, rest, passwords, notes } = importRemoteHosts(JSON_CONFIG, 'json');
  expect(
    hosts.map(({ profile: { name, address, port, username }, password }) => [name, address, port, username, password]),
  ).toEqual([
    ['web-1', '192.168.1.100', 2222, 'admin', CANARY],
    ['192.168.1.101', '192.168.1.101', 22, 'root', `${CANARY}2`],
  ]);
  expect(passwords).toBe(2);
  expect(notes.map(toEnglish)).toEqual(['"生产服务器" has no name that can be typed: it is called 192.168.1.101.']);
  expect(rest).not.toContain(CANARY);
  expect(rest).toContain('12345678901234567890');
  expect(rest).toMatch(/^ {4}"other"/m);
  const expected = JSON.parse(JSON_CONFIG);
  for (const entry of expected.IftopConfig.remote_hosts) delete entry.password;
  expect(JSON.parse(rest ?? '')).toEqual(expected);
});

test('YAML: a password of digits keeps its zeros, comments stay', () => {
  const { hosts, rest } = importRemoteHosts(YAML_CONFIG, 'yaml');
  expect(hosts.map(({ profile, password }) => [profile.name, password])).toEqual([
    ['db', '0123456'],
    ['cache', CANARY],
  ]);
  expect(rest).not.toMatch(/0123456|C4nary/);
  expect(rest).toContain('# the first one');
  expect(rest).toContain('rows: 1e3');
});

test('TOML: only the passwords of hosts go, comments stay', () => {
  const { hosts, rest } = importRemoteHosts(TOML_CONFIG, 'toml');
  expect(hosts.map(({ profile, password }) => [profile.name, profile.port, password])).toEqual([
    ['one', 22, CANARY],
    ['two', 2022, null],
  ]);
  expect(rest).toBe(TOML_CONFIG.replace(/^password = "C4nary.*\n/m, ''));
});

test('TOML: hosts in a list of inline tables lose their passwords too', () => {
  const content = `[IftopConfig]\nremote_hosts = [{ host = "10.0.0.1", password = "${CANARY}" }, { password = '${CANARY}', host = "10.0.0.2" }]\n`;
  const { hosts, rest } = importRemoteHosts(content, 'toml');
  expect(hosts).toHaveLength(2);
  expect(rest).toBe('[IftopConfig]\nremote_hosts = [{ host = "10.0.0.1" }, { host = "10.0.0.2" }]\n');
});

test('TOML: a password written in a rare way is taken out by writing the file anew', () => {
  const { rest } = importRemoteHosts(`[[IftopConfig.remote_hosts]]\nhost = "10.0.0.1"\npassword = """${CANARY}"""\n`, 'toml');
  expect(rest).not.toContain(CANARY);
  expect(rest).toContain('10.0.0.1');
});

test('both lists count, and a host that stands in both is one', () => {
  const entry = { host: '10.0.0.1', name: 'one', password: CANARY };
  const config = {
    IftopConfig: { remote_hosts: [entry] },
    NetstatConfig: { remote_hosts: [{ ...entry, password: undefined }, { host: '10.0.0.2' }] },
  };
  expect(
    importRemoteHosts(JSON.stringify(config), 'json').hosts.map(({ profile, password }) => [profile.name, password]),
  ).toEqual([
    ['one', CANARY],
    ['10.0.0.2', null],
  ]);
});

test('a password that is also in a comment is pointed at by its line, never by itself', () => {
  const { notes } = importRemoteHosts(`# was ${CANARY}\n${YAML_CONFIG}`, 'yaml');
  expect(notes.map(toEnglish)).toEqual(['Line 1 still holds a password that was taken over: remove it by hand.']);
});

test('a password that YAML takes from elsewhere cannot be taken out, which is said by there being no rest', () => {
  const content = `base: &base\n  password: ${CANARY}\nIftopConfig:\n  remote_hosts:\n    - <<: *base\n      host: 10.0.0.1\n`;
  const { hosts, rest } = importRemoteHosts(content, 'yaml');
  expect(hosts[0]?.password).toBe(CANARY);
  expect(rest).toBeNull();
});

test.each([
  ['an address', { host: 'user@host' }, /its address/],
  ['a port', { host: 'a', port: '22; id' }, /its port/],
  ['a user', { host: 'a', username: 'Root' }, /its user/],
  ['a missing address', { name: 'a' }, /its address ""/],
])('%s that no host can have is skipped with the reason', (_name, entry, why) => {
  const { hosts, skipped } = importRemoteHosts(JSON.stringify({ IftopConfig: { remote_hosts: [entry] } }), 'json');
  expect(hosts).toEqual([]);
  expect(skipped.map(each => toEnglish(each.why))).toEqual([expect.stringMatching(why)]);
});

describe('refused', () => {
  test.each([
    ['json', '{"__proto__": {"x": 1}, "IftopConfig": {"remote_hosts": []}}'],
    ['json', '{"IftopConfig": {"remote_hosts": [{"host": "a", "constructor": {}}]}}'],
    ['yaml', 'IftopConfig:\n  remote_hosts:\n    - __proto__: {x: 1}\n'],
    ['toml', '[IftopConfig]\nremote_hosts = []\n[__proto__]\nx = 1\n'],
  ] as const)('%s with a key that would change objects', (format, content) => {
    expect(() => importRemoteHosts(content, format)).toThrow(/holds the key (__proto__|constructor), which is refused/);
  });

  test.each([
    ['json', `{\n"IftopConfig": ${CANARY}}`],
    ['yaml', `IftopConfig:\n  password: "${CANARY}\n  x: [`],
    ['toml', `[IftopConfig]\npassword = ${CANARY}\n`],
  ] as const)('broken %s by its line, without a word of the text', (format, content) => {
    let thrown: unknown;
    try {
      importRemoteHosts(content, format);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'invalid_argument', cause: undefined });
    expect(String(thrown)).toMatch(/text cannot be read/);
    expect(String(thrown)).not.toContain('C4nary');
  });

  test('more than 1 MiB, a text without the lists, a bomb of aliases, depth without end', () => {
    expect(() => importRemoteHosts(' '.repeat(1024 * 1024 + 1), 'json')).toThrow(/more than 1 MiB/);
    expect(() => importRemoteHosts('{"hosts": []}', 'json')).toThrow(/no list IftopConfig.remote_hosts/);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replaceAll(
      /./g,
      (each: string) =>
        `${each}: &${each} [${Array(9)
          .fill(`*${String.fromCharCode(each.charCodeAt(0) - 1)}`)
          .join(',')}]\n`,
    )}`;
    expect(() => importRemoteHosts(bomb, 'yaml')).toThrow(/yaml text cannot be read/);
    expect(() => importRemoteHosts('['.repeat(500_000), 'yaml')).toThrow();
    expect(() => importRemoteHosts('['.repeat(400_000) + ']'.repeat(400_000), 'json')).toThrow(/no list|cannot be read/);
  });
});
