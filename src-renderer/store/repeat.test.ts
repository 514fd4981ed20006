import type { ErrorCode } from '@shared/errors';
import { expect, test } from 'vitest';
import { AFTER_FAILURE_MS, pauseAfter } from './repeat';

const failed = (code: ErrorCode) => ({ success: false as const, message: '', data: null, error: { code, hint: '' } });

test('a host that answers is asked again after the interval', () => {
  expect(pauseAfter({ success: true, message: '', data: null }, 3_000)).toBe(3_000);
});

test('a host that does not answer is asked again later', () => {
  expect(pauseAfter(failed('unreachable'), 3_000)).toBe(AFTER_FAILURE_MS);
  expect(pauseAfter(failed('ssh_lost'), 60_000)).toBe(60_000);
});

test.each(['auth_failed', 'host_key_unknown', 'host_key_changed', 'host_not_configured'] as const)(
  '%s is not tried again by itself',
  code => {
    expect(pauseAfter(failed(code), 3_000)).toBeNull();
  },
);
