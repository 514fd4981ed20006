import { describe, expect, test } from 'vitest';
import { AppFeed } from '../../../../test/support/app-feed';
import { bytes, hex } from '../../../../test/support/packet-bytes';
import {
  certificateMessage,
  clientHello,
  EC_CERTIFICATE,
  extension,
  RSA_CERTIFICATE,
  record,
  serverHello,
} from '../../../../test/support/tls-bytes';
import { readCertificate } from './x509';

const HELLO = record(
  22,
  clientHello({ sni: 'www.example.com', alpn: ['h2', 'http/1.1'], versions: [0x0a0a, 0x0304, 0x0303] }),
  0x0301,
);
const data = (length: number) => record(23, new Uint8Array(length).fill(0xaa));

describe('a TLS handshake', () => {
  test('gives names, versions and the suite that was chosen', () => {
    const answer = record(22, serverHello({ selected: 0x0304, suite: 0x1301 }));
    const feed = new AppFeed(443).segment(0, HELLO, { at: 1 }).segment(1, answer, { at: 1.5 }).segment(0, data(40), { at: 2 });
    expect(feed.rows.tls.rows).toMatchObject([
      {
        transport: 'tcp',
        sni: 'www.example.com',
        alpn_offered: ['h2', 'http/1.1'],
        versions_offered: ['TLS 1.3', 'TLS 1.2'],
        version: 'TLS 1.3',
        suite: 'TLS_AES_128_GCM_SHA256',
        server_hello_ms: 500,
        established_ms: 1_000,
        certificate: null,
      },
    ]);
  });

  test('may be cut anywhere, by segments and by records', () => {
    const messages = bytes(serverHello(), certificateMessage(EC_CERTIFICATE, RSA_CERTIFICATE), hex('0e000000'));
    for (const recordSize of [50, 500, 5_000]) {
      const records: Uint8Array[] = [];
      for (let at = 0; at < messages.length; at += recordSize) records.push(record(22, messages.subarray(at, at + recordSize)));
      for (const size of [1, 7, 100, 1_448]) {
        const feed = new AppFeed(443).segments(0, HELLO, size).segments(1, bytes(...records), size);
        expect(feed.rows.tls.rows).toMatchObject([
          { sni: 'www.example.com', version: 'TLS 1.2', certificates: 2, certificate: { subject_cn: 'leaf.example.com' } },
        ]);
      }
    }
  });

  test('a frame counts where a record ends', () => {
    const feed = new AppFeed(443).segment(0, HELLO).segments(1, bytes(data(2_000), data(10)), 1_000);
    expect(feed.frames('tls')).toEqual([1, 4]);
  });

  test('HelloRetryRequest leads to one row', () => {
    const retry = serverHello({
      selected: 0x0304,
      random: hex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'),
    });
    const changeCipher = record(20, bytes(1));
    const feed = new AppFeed(443)
      .segment(0, HELLO)
      .segment(1, bytes(record(22, retry), changeCipher))
      .segment(0, bytes(changeCipher, HELLO))
      .segment(1, record(22, serverHello({ selected: 0x0304, suite: 0x1302 })));
    expect(feed.rows.tls.rows).toMatchObject([{ hello_retry: true, client_hellos: 2, suite_number: 0x1302 }]);
  });

  test('the sign of a downgrade is noticed', () => {
    const random = bytes(new Uint8Array(24), hex('444f574e47524401'));
    const feed = new AppFeed(443).segment(0, HELLO).segment(1, record(22, serverHello({ random })));
    expect(feed.rows.tls.rows[0]?.downgrade).toBe(true);
  });

  test('an encrypted ClientHello makes the name a cover name', () => {
    const hello = clientHello({ sni: 'cover.example', more: extension(0xfe0d, new Uint8Array(20)) });
    expect(new AppFeed(443).segment(0, record(22, hello)).rows.tls.rows).toMatchObject([{ sni: 'cover.example', ech: true }]);
  });

  test('an alert in clear text is named, an encrypted one is not', () => {
    const clear = new AppFeed(443).segment(0, HELLO).segment(1, record(21, bytes(2, 40)));
    expect(clear.rows.tls.rows[0]?.alerts).toMatchObject([
      { level: 'fatal', description: 'handshake_failure', by_client: false, frame: 2 },
    ]);
    const encrypted = new AppFeed(443).segment(0, HELLO).segment(1, record(21, new Uint8Array(26)));
    expect(encrypted.rows.tls.rows[0]?.alerts).toEqual([]);
  });

  test('is known by its look on any port', () => {
    expect(new AppFeed(9_999).segment(0, HELLO).rows.tls.rows).toMatchObject([{ sni: 'www.example.com', server_port: 9_999 }]);
  });

  test('an answer in clear text is noticed and read', () => {
    const feed = new AppFeed(443).segment(0, HELLO).segment(1, 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
    expect(feed.rows.tls.rows[0]?.clear_text_answer).toBe('http');
    expect(feed.rows.http.rows).toMatchObject([{ status: 400 }]);
  });

  test('the hello of SSL 2.0 is understood', () => {
    const hello = bytes(0x80, 46, 1, 3, 1, 0, 21, 0, 0, 0, 16, new Uint8Array(37));
    expect(new AppFeed(443).segment(0, hello).rows.tls.rows).toMatchObject([
      { versions_offered: ['TLS 1.0'], suites_offered: 7 },
    ]);
  });

  test('begins after STARTTLS, and logins before it are noted', () => {
    const feed = new AppFeed(587)
      .segment(1, '220 mail ESMTP\r\n')
      .segment(0, 'EHLO a\r\n')
      .segment(1, '250-mail\r\n250 STARTTLS\r\n')
      .segment(0, 'AUTH PLAIN AGFubmEAaHVudGVyMg==\r\n')
      .segment(1, '530 no\r\n')
      .segment(0, 'STARTTLS\r\n')
      .segment(1, '220 go\r\n')
      .segment(0, HELLO);
    expect(feed.rows.tls.rows).toMatchObject([{ sni: 'www.example.com' }]);
    expect(feed.rows.credentials.rows).toMatchObject([{ protocol: 'smtp', name: 'AUTH', scheme: 'PLAIN', length: 20 }]);
    expect(feed.frames('smtp')).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a certificate', () => {
  test('gives names, times and the strength of its key', () => {
    expect(readCertificate(EC_CERTIFICATE, 0, EC_CERTIFICATE.length)).toEqual({
      subject_cn: 'leaf.example.com',
      issuer_cn: 'leaf.example.com',
      self_issued: true,
      not_before: Date.UTC(2026, 10, 21, 19, 3, 13) / 1_000,
      not_after: Date.UTC(2026, 11, 21, 19, 3, 13) / 1_000,
      dns_names: ['leaf.example.com', '*.example.org'],
      ip_addresses: ['192.0.2.7', '2001:db8::7'],
      key_algorithm: 'EC',
      key_bits: 256,
      signature_algorithm: 'ecdsa-with-SHA384',
    });
    expect(readCertificate(RSA_CERTIFICATE, 0, RSA_CERTIFICATE.length)).toMatchObject({
      key_algorithm: 'RSA',
      key_bits: 1_024,
      signature_algorithm: 'sha1WithRSA',
    });
  });

  test('never throws, however it is cut or changed', () => {
    for (let at = 0; at < EC_CERTIFICATE.length; at++) {
      readCertificate(EC_CERTIFICATE, 0, at);
      for (const value of [0, 0x30, 0x7f, 0x80, 0x84, 0xff])
        readCertificate(EC_CERTIFICATE.with(at, value), 0, EC_CERTIFICATE.length);
    }
  });
});
