import { hostProfile } from '@shared/model/host';
import { expect, test } from 'vitest';
import { formatOf, formOf, missingIn, profileOf, splitTags } from './form';

test('an empty form with an address is a host called by its address, with no privilege beyond the usual', () => {
  const profile = profileOf({ ...formOf(null), address: ' 192.0.2.7 ' });
  expect(hostProfile.parse(profile)).toEqual({
    name: '192.0.2.7',
    address: '192.0.2.7',
    port: 22,
    username: 'root',
    key_file: null,
    agent: true,
    jump: null,
    tags: [],
    privilege: 'auto',
    via: 'ssh',
    helper: false,
    legacy: false,
  });
});

test('a secret that is not typed stays as it is; one that is to be forgotten is sent empty; a typed one wins', () => {
  const form = { ...formOf(null), address: 'db' };
  expect(profileOf(form)).not.toHaveProperty('password');
  expect(profileOf({ ...form, forget_password: true })).toMatchObject({ password: '' });
  expect(profileOf({ ...form, forget_password: true, password: ' with blanks ' })).toMatchObject({ password: ' with blanks ' });
  expect(profileOf({ ...form, passphrase: 'p' })).toMatchObject({ passphrase: 'p' });
});

test('says what is missing', () => {
  expect(missingIn(formOf(null))).toBe('address');
  expect(missingIn({ ...formOf(null), address: 'db', port: '70000' })).toBe('port');
  expect(missingIn({ ...formOf(null), address: 'db', port: '22' })).toBeNull();
});

test('tags are parted by blanks and commas, and each stands once', () => {
  expect(splitTags(' web, eu  web，prod')).toEqual(['web', 'eu', 'prod']);
});

test.each([
  ['config', 'Host web\n  HostName 192.0.2.1\n', 'ssh_config'],
  ['hosts.yml', 'anything', 'yaml'],
  ['HOSTS.TOML', 'anything', 'toml'],
  ['', '{ "IftopConfig": { "remote_hosts": [] } }', 'json'],
  ['', 'IftopConfig:\n  remote_hosts:\n    - host: 192.0.2.1\n', 'yaml'],
  ['', '[[NetstatConfig.remote_hosts]]\nhost = "192.0.2.1"\n', 'toml'],
] as const)('%s with %j is %s', (name, text, format) => {
  expect(formatOf(name, text)).toBe(format);
});
