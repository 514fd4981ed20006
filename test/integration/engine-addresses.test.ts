import { expect, test } from 'vitest';
import { openLab } from './engine-lab';

test('countries and scopes come from files of the app; what is no address is refused', async () => {
  const lab = openLab();
  const known = await lab.call('describe_addresses', {
    addresses: ['8.8.8.8', '::ffff:8.8.8.8', '127.0.0.1', 'fe80::1%lo', '10.1.2.3'],
  });
  expect(known.data.addresses).toMatchObject([
    { scope: 'public', country: 'US' },
    { scope: 'public', country: 'US' },
    { scope: 'loopback', country: null },
    { scope: 'link_local', country: null },
    { scope: 'private', country: null, mac: null, vendor: null },
  ]);
  expect(await lab.call('describe_addresses', { addresses: ['example.org'] })).toMatchObject({
    error: { code: 'invalid_argument' },
  });
  expect(await lab.call('describe_addresses', { addresses: Array.from({ length: 201 }, () => '::1') })).toMatchObject({
    error: { code: 'invalid_argument' },
  });
  expect(await lab.call('resolve_address', { address: '$(id)' })).toMatchObject({ error: { code: 'invalid_argument' } });
  await lab.engine.stop();
});
