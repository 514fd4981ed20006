import { describe, expect, test } from 'vitest';
import { AppFeed } from '../../../../test/support/app-feed';
import { ARRIVAL } from '../piece';

const GET = 'GET /a?secret=1 HTTP/1.1\r\nHost: www.example.com\r\n\r\n';
const ok = (body = '', more = '') => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

describe('HTTP/1', () => {
  test('a request and its response are one row with times', () => {
    const feed = new AppFeed(80)
      .segment(0, GET, { at: 5 })
      .segment(1, ok('hello', 'Content-Type: Text/HTML; charset=x\r\n'), { at: 5.5 });
    expect(feed.rows.http.rows).toMatchObject([
      {
        method: 'GET',
        host: 'www.example.com',
        path: '/a',
        uri: '/a?secret=1',
        status: 200,
        ttfb_ms: 500,
        content_type: 'text/html',
        request_complete: true,
        response_complete: true,
      },
    ]);
    expect(feed.frames('http')).toEqual([1, 2]);
  });

  test('heads and bodies may be cut anywhere', () => {
    const answer = `${ok('0123456789')}${ok('x', 'Connection: close\r\n')}`;
    for (let size = 1; size < 60; size++) {
      const feed = new AppFeed(80).segments(0, GET + GET, size).segments(1, answer, size);
      expect(feed.rows.http.rows.map(row => [row.status, row.response_length, row.response_complete])).toEqual([
        [200, 10, true],
        [200, 1, true],
      ]);
    }
  });

  test('a body of known length counts in the frame that completes it', () => {
    const feed = new AppFeed(80).segment(0, GET).segments(1, ok('x'.repeat(3_000)), 1_000);
    expect(feed.frames('http')).toEqual([1, 5]);
  });

  test('a body that ends with the connection counts in the frame of the FIN', () => {
    const feed = new AppFeed(80).segment(0, GET).segment(1, 'HTTP/1.0 200 OK\r\n\r\nabc').segment(1, 'def').fin(1);
    expect(feed.frames('http')).toEqual([1, 4]);
    expect(feed.rows.http.rows[0]?.response_complete).toBe(true);
  });

  test('chunks may be cut anywhere', () => {
    const answer =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: 1\r\n\r\n';
    for (let size = 1; size <= answer.length; size++) {
      const feed = new AppFeed(80).segment(0, GET + GET).segments(1, answer + ok('z'), size);
      expect(feed.rows.http.rows.map(row => [row.chunked, row.response_complete])).toEqual([
        [true, true],
        [false, true],
      ]);
    }
  });

  test.each([
    ['HEAD', 'HEAD / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'],
    ['204', GET, 'HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r\n'],
    ['304', GET, 'HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n'],
  ])('an answer to or with %s has no body', (_what, request, answer) => {
    const feed = new AppFeed(80).segment(0, request).segment(1, answer).segment(0, GET).segment(1, ok());
    expect(feed.rows.http.rows.map(row => row.response_complete)).toEqual([true, true]);
  });

  test('100 Continue comes before the body, and is no answer', () => {
    const feed = new AppFeed(80)
      .segment(0, 'POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n')
      .segment(1, 'HTTP/1.1 100 Continue\r\n\r\n')
      .segment(0, 'abcde')
      .segment(1, ok());
    expect(feed.rows.http.rows).toMatchObject([{ method: 'POST', status: 200, early_interim: 100, request_complete: true }]);
  });

  test('a response without request is a row of its own', () => {
    expect(new AppFeed(80).segment(1, ok()).rows.http.rows).toMatchObject([
      { method: null, response_only: true, client: '192.0.2.1' },
    ]);
  });

  test('a redirect is kept without its query', () => {
    const feed = new AppFeed(80)
      .segment(0, GET)
      .segment(1, 'HTTP/1.1 302 F\r\nLocation: https://u:p@b.example/x?t=1\r\nContent-Length: 0\r\n\r\n');
    expect(feed.rows.http.rows[0]?.location).toEqual({ host: 'b.example', path: '/x' });
  });

  test('two lengths in one message are noticed', () => {
    const both = 'POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    const two = 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 0\r\n\r\n';
    expect(new AppFeed(80).segment(0, both).rows.http.rows[0]?.smuggling_shape).toBe(true);
    expect(new AppFeed(80).segment(0, two).rows.http.rows[0]?.smuggling_shape).toBe(true);
    expect(new AppFeed(80).segment(0, GET).rows.http.rows[0]?.smuggling_shape).toBe(false);
  });

  test('after an upgrade WebSocket frames count, however long', () => {
    const feed = new AppFeed(80)
      .segment(0, 'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n')
      .segment(1, 'HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n\x81\x02hi')
      .segment(1, '\x82\x7e\x01\x00abc')
      .segment(1, 'x'.repeat(253));
    expect(feed.frames('websocket')).toEqual([2, 4]);
  });

  test('what a CONNECT leads to is read on', () => {
    const feed = new AppFeed(3128)
      .segment(0, 'CONNECT a.example:443 HTTP/1.1\r\n\r\n')
      .segment(1, 'HTTP/1.1 200 OK\r\n\r\n')
      .segment(0, '\x17\x03\x03\x00\x02ab');
    expect(feed.frames('tls')).toEqual([3]);
    expect(feed.frames('http')).toEqual([1, 2, 3]);
  });

  test('is known by its look on any port', () => {
    expect(new AppFeed(7_777).segment(0, GET).segment(1, ok()).rows.http.rows).toMatchObject([
      { status: 200, server_port: 7_777 },
    ]);
    expect(new AppFeed(7_777).segment(0, 'GET /\r\n\r\n').rows.http.rows).toEqual([]);
  });

  test('HTTP/2 in clear text is counted, gRPC known by its type', () => {
    const headers = '\x00\x00\x0d\x01\x04\x00\x00\x00\x01\x5f\x8b\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65\x64';
    const feed = new AppFeed(50_051).segment(0, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00${headers}`);
    expect(feed.rows.http2.rows).toMatchObject([{ streams: 1, grpc: true }]);
    expect(feed.frames('grpc')).toEqual([1]);
  });

  test('a packet cut by the snap length still counts, and asks for nothing', () => {
    const feed = new AppFeed(80)
      .segment(0, GET.slice(0, 40), { length: 51 })
      .segment(1, ok('x'.repeat(60)).slice(0, 50), { length: 1_448 })
      .segment(1, 'xxxxxxxx', { length: 1_448 })
      .segment(1, 'xxxxxxxx', { length: 1_448, arrival: ARRIVAL.outOfOrder });
    expect(feed.frames('http')).toEqual([1, 2, 3]);
    expect(feed.rows.http.rows).toMatchObject([{ method: 'GET', status: 200 }]);
  });

  test('a hole in a body leaves the response incomplete and the next one whole', () => {
    const feed = new AppFeed(80)
      .segment(0, GET + GET)
      .segment(1, ok('x'.repeat(100)).slice(0, 60))
      .segment(1, ok('y'), { offset: ok('x'.repeat(100)).length });
    expect(feed.rows.http.rows.map(row => [row.status, row.response_complete])).toEqual([
      [200, false],
      [200, true],
    ]);
  });
});

describe('credentials in HTTP', () => {
  test.each([
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization', 'Basic', 18],
    ['Proxy-Authorization: Bearer abc', 'Proxy-Authorization', 'Bearer', 10],
    ['Cookie: session=0123456789', 'Cookie', null, 18],
  ])('%s is noted by name, scheme and length only', (line, name, scheme, length) => {
    const feed = new AppFeed(80).segment(0, `GET / HTTP/1.1\r\n${line}\r\n\r\n`);
    expect(feed.rows.credentials.rows).toMatchObject([{ protocol: 'http', name, scheme, length, frame: 1, server_port: 80 }]);
  });

  test('secret fields of a form are found, also when it comes in two segments', () => {
    const form = 'user=anna&password=hunter2&x=1';
    const request = `POST /login HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`;
    for (const size of [10, 100, 1_000]) {
      const feed = new AppFeed(80).segments(0, request, size);
      expect(feed.rows.credentials.rows).toMatchObject([{ name: 'form field password', length: 7 }]);
      expect(feed.rows.http.rows[0]?.request_complete).toBe(true);
    }
  });

  test('no row holds a value', () => {
    const feed = new AppFeed(80).segment(
      0,
      'GET http://anna:canary1@h/p?token=x HTTP/1.1\r\nAuthorization: Basic canary2\r\nCookie: a=canary3\r\n\r\n',
    );
    const { http, credentials } = feed.rows;
    expect(credentials.rows.map(row => row.name)).toEqual(['URL user information', 'Authorization', 'Cookie']);
    expect(JSON.stringify(credentials.rows)).not.toMatch(/canary|anna/);
    // `uri` is what is compared with the truth, and never shown.
    expect(JSON.stringify({ ...http.rows[0], uri: null })).not.toMatch(/canary|anna|token/);
  });
});
