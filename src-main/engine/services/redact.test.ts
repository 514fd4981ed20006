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
  [['minio', '--secret-key', 'hunter2', '--port', '9'], 'minio --secret-key *** --port 9'],
  [['env', 'AWS_SECRET_ACCESS_KEY=x', 'MASTER_KEY=y'], 'env AWS_SECRET_ACCESS_KEY=*** MASTER_KEY=***'],
  [['curl', '-u', 'admin:s3:cret', 'http://h/'], 'curl -u admin:*** http://h/'],
  [['curl', '--user=admin:x', '-uadmin:x', '--proxy-user', 'p:x'], 'curl --user=admin:*** -uadmin:*** --proxy-user p:***'],
  [['docker', 'run', '-u', '1000:1000', 'nginx'], 'docker run -u 1000:1000 nginx'],
  [['sudo', '-u', 'anna', 'psql'], 'sudo -u anna psql'],
  [['/usr/bin/redis-cli', '-a', 'x', 'ping'], '/usr/bin/redis-cli -a *** ping'],
  [['sudo', 'sshpass', '-p', 'x', 'ssh', 'h'], 'sudo sshpass -p *** ssh h'],
  [['sshpass', '-px', 'ssh', '-v', 'h'], 'sshpass -p*** ssh -v h'],
  [['ldapsearch', '-w', 'x', '-b', 'dc=a'], 'ldapsearch -w *** -b dc=a'],
  [['python3', '-u', 'server.py', '-p', '8000'], 'python3 -u server.py -p 8000'],
  [['psql', 'postgres://anna:se@c/ret@db:5432/x'], 'psql postgres://anna:***@db:5432/x'],
  [['curl', 'http://h:8080/@user/x@y'], 'curl http://h:8080/@user/x@y'],
  [['app', '--password', '--verbose'], 'app --password --verbose'],
])('%j', (argv, shown) => {
  expect(redactCommandLine(argv)).toBe(shown);
});
