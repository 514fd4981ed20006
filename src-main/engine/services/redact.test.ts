import { expect, test } from 'vitest';
import { redactCommandLine } from './redact';

test.each([
  [['app', '--password', 'hunter2', '-v'], 'app --password *** -v'],
  [['app', '--token=abc', '--port=80'], 'app --token=*** --port=80'],
  [['app', '--api-key', 'k', '--host', 'x'], 'app --api-key *** --host x'],
  [['env', 'DB_PASSWORD=x', 'MODE=fast'], 'env DB_PASSWORD=*** MODE=fast'],
  [['mysql', '-psecret', '-h', 'db'], 'mysql -p*** -h db'],
  [['psql', 'postgres://anna:secret@db/x'], 'psql postgres://anna:***@db/x'],
  [['curl', '-H', 'Authorization: Bearer abc.def'], 'curl -H Authorization:***'],
  [['curl', 'https://x/?api_key=abc&y=1'], 'curl https://x/?api_key=***&y=1'],
  [['x', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'], 'x ***'],
  [['x', 'ghp_abcdefghijklmnop'], 'x ***'],
  [['nginx:', 'master', 'process', '/usr/sbin/nginx'], 'nginx: master process /usr/sbin/nginx'],
  [['app', '--password', '--verbose'], 'app --password --verbose'],
])('%j', (argv, shown) => {
  expect(redactCommandLine(argv)).toBe(shown);
});
