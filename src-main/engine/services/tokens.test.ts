import { expect, test } from 'vitest';
import { memoryFile } from './kept-file';
import { createTokens, PRIMARY_ID } from './tokens';

function setUp(files = { secretFile: memoryFile(), file: memoryFile() }) {
  const clock = { now: new Date(2026, 10, 21, 12) };
  return { ...files, clock, files, tokens: createTokens({ ...files, grant: ['read'], now: () => clock.now }) };
}

test('the main token is made once, has 256 bits, and is found again', () => {
  const { tokens, files } = setUp();
  expect(tokens.primarySecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(tokens.verify(tokens.primarySecret())).toEqual({
    id: PRIMARY_ID,
    name: 'Netsonde',
    scopes: new Set(['read']),
    primary: true,
  });
  expect(setUp(files).tokens.primarySecret()).toBe(tokens.primarySecret());
});

test.each(['', 'x', ' ', 'ä'.repeat(40)])('"%s" opens nothing', secret => {
  expect(setUp().tokens.verify(secret)).toBeNull();
});

test("an agent's token has its own scopes; only its hash is kept", () => {
  const { tokens, file, files } = setUp();
  const { token, secret } = tokens.create('agent', ['read', 'capture', 'read']);
  expect(token).toMatchObject({
    name: 'agent',
    scopes: ['read', 'capture'],
    ending: secret.slice(-4),
    calls_today: 0,
    last_call_at: null,
    primary: false,
  });
  expect(file.read()).not.toContain(secret);
  expect(setUp(files).tokens.verify(secret)).toMatchObject({ id: token.id, primary: false });
  tokens.revoke(token.id);
  expect(tokens.verify(secret)).toBeNull();
});

test('revoking the main token renews it and tells who listens', () => {
  const { tokens, secretFile } = setUp();
  const before = tokens.primarySecret();
  let told = 0;
  tokens.listen(() => told++);
  tokens.revoke(PRIMARY_ID);
  expect(tokens.verify(before)).toBeNull();
  expect(secretFile.read()).toBe(`${tokens.primarySecret()}\n`);
  expect(told).toBe(1);
});

test('an unknown token cannot be revoked', () => {
  expect(() => setUp().tokens.revoke('nothing')).toThrow(expect.objectContaining({ code: 'not_found' }));
});

test('calls are counted by day and written in bundles', () => {
  const { tokens, clock, files, file } = setUp();
  tokens.noteCall(PRIMARY_ID);
  const written = file.read();
  tokens.noteCall(PRIMARY_ID);
  expect(file.read()).toBe(written);
  expect(tokens.list()[0]).toMatchObject({ calls_today: 2, last_call_at: clock.now.toISOString() });
  tokens.flush();
  expect(setUp(files).tokens.list()[0]).toMatchObject({ calls_today: 2 });
  clock.now = new Date(2026, 10, 22, 0, 1);
  expect(tokens.list()[0]).toMatchObject({ calls_today: 0 });
});

test('a token file that is no JSON is an error, not a lockout without a word', () => {
  expect(() => setUp({ secretFile: memoryFile(), file: memoryFile('{') })).toThrow(
    expect.objectContaining({ code: 'internal', hint: expect.stringContaining('tokens.json') }),
  );
});

test('a secret file that was cut off is replaced', () => {
  const { tokens } = setUp({ secretFile: memoryFile('short\n'), file: memoryFile() });
  expect(tokens.primarySecret()).toHaveLength(43);
});
