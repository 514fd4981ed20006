import { expect, test } from 'vitest';
import { vendorOf } from './vendor';

test('the maker of a network card comes from the first three bytes; made-up addresses have none', async () => {
  expect(await vendorOf('00:00:00:12:34:56')).toBe('XEROX CORPORATION');
  expect(await vendorOf('02:00:00:00:77:02')).toBeNull();
});
