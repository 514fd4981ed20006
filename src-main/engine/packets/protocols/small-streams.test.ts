import { describe, expect, test } from 'vitest';
import { AppFeed } from '../../../../test/support/app-feed';
import { be16, be32, bytes, hex, sized8 } from '../../../../test/support/packet-bytes';
import { clientHello, record } from '../../../../test/support/tls-bytes';

const HELLO = record(22, clientHello({ sni: 'db.example' }));

describe('logins in clear text', () => {
  test.each<[string, number, string | Uint8Array, object]>([
    ['FTP', 21, 'PASS canary\r\n', { protocol: 'ftp', name: 'PASS', scheme: null, length: 6 }],
    ['POP3', 110, 'USER canary\r\n', { protocol: 'pop', name: 'USER', length: 6 }],
    ['IMAP', 143, 'a1 LOGIN bob canary\r\n', { protocol: 'imap', name: 'LOGIN', length: 10 }],
    ['IMAP, SASL', 143, 'a1 AUTHENTICATE PLAIN Y2FuYXJ5\r\n', { name: 'AUTHENTICATE', scheme: 'PLAIN', length: 8 }],
    ['Redis', 6379, '*2\r\n$4\r\nAUTH\r\n$6\r\ncanary\r\n', { protocol: 'redis', name: 'AUTH', length: 6 }],
    ['Redis, a line', 6379, 'AUTH canary\r\n', { protocol: 'redis', length: 6 }],
    [
      'LDAP',
      389,
      bytes(0x30, 23, 2, 1, 1, 0x60, 18, 2, 1, 3, 4, sized8('cn=a'), 0x80, sized8('canary!')),
      { protocol: 'ldap', length: 7 },
    ],
  ])('%s: the command and the length, not the value', (_name, port, sent, expected) => {
    const { credentials } = new AppFeed(port).segment(0, sent).rows;
    expect(credentials.rows).toMatchObject([expected]);
    expect(JSON.stringify(credentials.rows)).not.toMatch(/canary|Y2FuYXJ5/);
  });

  test('a SASL exchange of SMTP is noted line by line', () => {
    const feed = new AppFeed(25)
      .segment(1, '220 x\r\n')
      .segment(0, 'AUTH LOGIN\r\n')
      .segment(1, '334 VXNlcm5hbWU6\r\n')
      .segment(0, 'Y2FuYXJ5\r\n')
      .segment(1, '334 UGFzc3dvcmQ6\r\n')
      .segment(0, 'Y2FuYXJ5MTIz\r\n')
      .segment(1, '235 ok\r\n')
      .segment(0, 'MAIL FROM:<a@b>\r\n');
    expect(feed.rows.credentials.rows.map(row => [row.frame, row.scheme, row.length])).toEqual([
      [4, 'LOGIN', 8],
      [6, 'LOGIN', 12],
    ]);
  });

  test('PostgreSQL', () => {
    const startup = bytes(be32(17), be32(196_608), 'user\0a\0\0\0');
    const feed = new AppFeed(5432)
      .segment(0, startup)
      .segment(1, bytes('R', be32(8), be32(3)))
      .segment(0, bytes('p', be32(11), 'canary\0'));
    expect(feed.rows.credentials.rows).toMatchObject([{ protocol: 'pgsql', name: 'PasswordMessage', length: 7, frame: 3 }]);
    expect(feed.frames('pgsql')).toEqual([1, 2, 3]);
  });
});

describe('TLS after a question', () => {
  test('PostgreSQL', () => {
    const feed = new AppFeed(5432)
      .segment(0, bytes(be32(8), be32(80_877_103)))
      .segment(1, 'S')
      .segment(0, HELLO);
    expect(feed.rows.tls.rows).toMatchObject([{ sni: 'db.example' }]);
    expect(feed.frames('pgsql')).toEqual([1]);
  });

  test('MySQL', () => {
    const asks = bytes(32, 0, 0, 1, 0x85, 0xae, 0, 0, new Uint8Array(28));
    const feed = new AppFeed(3306)
      .segment(1, bytes(4, 0, 0, 0, '\n5.7'))
      .segment(0, asks)
      .segment(0, HELLO);
    expect(feed.rows.tls.rows).toMatchObject([{ sni: 'db.example' }]);
    expect(feed.frames('mysql')).toEqual([1, 2]);
  });

  test.each([
    ['FTP', 21, 'AUTH TLS\r\n', '234 go\r\n'],
    ['POP3', 110, 'STLS\r\n', '+OK\r\n'],
    ['IMAP', 143, 'a STARTTLS\r\n', 'a OK\r\n'],
  ])('%s', (_name, port, asks, grants) => {
    const feed = new AppFeed(port).segment(0, asks).segment(1, grants).segment(0, HELLO);
    expect(feed.rows.tls.rows).toMatchObject([{ sni: 'db.example' }]);
    const refused = new AppFeed(port).segment(0, asks).segment(1, '500 no\r\n').segment(0, HELLO);
    expect(refused.rows.tls.rows).toEqual([]);
  });
});

describe('messages that say how long they are', () => {
  test.each<[string, number, Uint8Array]>([
    ['bgp', 179, bytes(new Uint8Array(16).fill(255), be16(19), 4)],
    ['mqtt', 1883, bytes(0x30, 0xac, 0x02, new Uint8Array(300))],
    ['ldap', 389, bytes(0x30, 0x81, 0x90, new Uint8Array(0x90))],
    ['nbss', 445, bytes(0, 0, 0, 36, hex('ff534d42'), new Uint8Array(32))],
    ['mysql', 3306, bytes(10, 0, 0, 0, new Uint8Array(10))],
    ['stun', 3478, bytes(0, 1, be16(4), hex('2112a442'), new Uint8Array(16))],
    ['stun', 3478, bytes(0x40, 0, be16(5), new Uint8Array(8))],
  ])('%s counts where one ends, however it is cut', (name, port, message) => {
    for (let size = 1; size < message.length; size++) {
      const feed = new AppFeed(port).segments(0, message, size);
      expect(feed.frames(name)).toEqual([Math.ceil(message.length / size)]);
    }
  });
});

describe('SSH', () => {
  const packet = (type: number) => bytes(be32(12), 4, type, new Uint8Array(10));

  test('the key exchange counts by messages, what is encrypted by segments', () => {
    const feed = new AppFeed(22).segment(1, 'SSH-2.0-x\r\n').segments(1, packet(20), 9).segment(1, packet(21)).segment(1, 'abc');
    expect(feed.frames('ssh')).toEqual([1, 3, 4, 5]);
  });

  test('without a greeting each segment counts', () => {
    expect(new AppFeed(22).segment(0, 'GET / HTTP/1.1\r\n\r\n').segment(0, 'x').frames('ssh')).toEqual([1, 2]);
  });
});

test('a mail counts while it is sent, and commands are read again after it', () => {
  const feed = new AppFeed(25)
    .segment(1, '220 x\r\n')
    .segment(0, 'DATA\r\n')
    .segment(1, '354 go\r\n')
    .segment(0, 'Subject: AUTH PLAIN x\r\n\r\nno line end')
    .segment(0, '\r\n.')
    .segment(0, '\r\nQUIT')
    .segment(0, '\r\n');
  expect(feed.frames('smtp')).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(feed.rows.credentials.rows).toEqual([]);
});

test('version 1 of SMB is told from the later ones', () => {
  const message = (mark: string) => bytes(0, 0, 0, 36, mark, new Uint8Array(32));
  const feed = new AppFeed(445).segment(0, message('\xffSMB')).segment(0, message('\xfeSMB'));
  expect([feed.frames('smb'), feed.frames('smb2'), feed.frames('nbss')]).toEqual([[1], [2], [1, 2]]);
});
