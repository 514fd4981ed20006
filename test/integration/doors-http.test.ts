import { once } from 'node:events';
import { statSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryFile } from '../../src-main/engine/services/kept-file';
import { createBrowserSessions } from '../../src-main/transports/http/browser-sessions';
import { createGuard } from '../../src-main/transports/http/guard';
import { createListener } from '../../src-main/transports/http/listener';
import { sendJson } from '../../src-main/transports/http/reply';
import type { Route } from '../../src-main/transports/http/router';
import { type Doors, openDoors, parseAnswer, rawRequest, sendRaw, shutDoors } from './doors-support';

let doors: Doors;
let good: Record<string, string>;

beforeAll(async () => {
  doors = await openDoors({ limits: { headersTimeoutMs: 400, requestTimeoutMs: 800, checkEveryMs: 50 } });
  good = { Host: `127.0.0.1:${doors.port}`, Authorization: `Bearer ${doors.token}` };
});
afterAll(() => shutDoors(doors));

const ROUTES = [
  ['GET', '/'],
  ['GET', '/assets/app-AbCd1234.js'],
  ['POST', '/mcp'],
  ['GET', '/mcp'],
  ['DELETE', '/mcp'],
  ['GET', '/api/mcp/tools'],
  ['POST', '/api/mcp/call'],
  ['GET', '/api/openapi.json'],
  ['GET', '/metrics'],
] as const;

describe.each([...ROUTES, ['GET', '/health'], ['GET', '/nothing']] as const)('%s %s', (method, route) => {
  test.each([
    'evil.example',
    `evil.example:80`,
    '127.0.0.1',
    '0.0.0.0:PORT',
    '127.0.0.1.nip.io:PORT',
    'localhost.evil.example:PORT',
    '127.0.0.1:1',
    'localhost:PORT@evil.example',
    '',
  ])('refuses the Host "%s" with 403', async host => {
    const answer = await sendRaw(
      doors.port,
      rawRequest(method, route, { ...good, Host: host.replace('PORT', String(doors.port)) }),
    );
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, data: null, error: { code: 'forbidden' } });
  });

  test.each([
    'https://evil.example',
    'null',
    'file://',
    'chrome-extension://abc',
    'http://127.0.0.1:PORT.evil.example',
    'http://127.0.0.1:1',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:PORT/',
  ])('refuses the Origin "%s" with 403 and without a CORS header', async origin => {
    const answer = await sendRaw(
      doors.port,
      rawRequest(method, route, { ...good, Origin: origin.replace('PORT', String(doors.port)) }),
    );
    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([]);
  });
});

describe.each(ROUTES)('%s %s', (method, route) => {
  test.each([
    ['no token', undefined],
    ['a wrong token', `Bearer ${'x'.repeat(43)}`],
    ['an empty token', 'Bearer '],
    ['Basic instead of Bearer', 'Basic dXNlcjpwdw=='],
  ])('answers 401 to %s, without resource metadata', async (_name, authorization) => {
    const { Host } = good;
    const answer = await sendRaw(
      doors.port,
      rawRequest(method, route, { Host: Host ?? '', ...(authorization !== undefined && { Authorization: authorization }) }),
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.has('www-authenticate')).toBe(false);
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, error: { code: 'unauthorized' } });
  });
});

test('the token in a query string opens nothing but the page', async () => {
  const answer = await sendRaw(doors.port, rawRequest('GET', `/api/mcp/tools?token=${doors.token}`, { Host: good.Host ?? '' }));
  expect(answer.status).toBe(401);
});

test.each(['localhost', '[::1]', '127.0.0.1', 'LOCALHOST'])('answers under the name %s', async name => {
  const answer = await sendRaw(doors.port, rawRequest('GET', '/health', { Host: `${name}:${doors.port}` }));
  expect(answer.status).toBe(200);
});

test('health needs no token and says status, version and uptime only', async () => {
  const answer = await sendRaw(
    doors.port,
    rawRequest('GET', '/health', { Host: good.Host ?? '', Authorization: 'Bearer wrong' }),
  );
  expect(JSON.parse(answer.body)).toEqual({ status: 'healthy', version: '0.0.0-test', uptime: expect.any(Number) });
});

test.each([
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-authorization-server/mcp',
  '/register',
  '/api',
  '/api/mcp/tools/',
  '/MCP',
  '/favicon.ico',
])('answers 404 as JSON at %s, with and without a token', async route => {
  for (const headers of [good, { Host: good.Host ?? '' }]) {
    const answer = await sendRaw(doors.port, rawRequest('GET', route, headers));
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, error: { code: 'bad_request' } });
  }
});

test.each([
  '/../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/assets/../../../../etc/passwd',
  '/assets/%00',
  '/assets/..%5c..%5cetc%5cpasswd',
  '//etc/passwd',
  'http://evil.example/etc/passwd',
  '*',
])('never gives a file for the path %s', async target => {
  const answer = await sendRaw(doors.port, rawRequest('GET', target, good));
  expect([400, 404]).toContain(answer.status);
  expect(answer.body).not.toContain('root:');
});

test('a link in the page directory is not followed', async () => {
  const { listStaticFiles } = await import('../../src-main/transports/http/static-files');
  symlinkSync('/etc/passwd', path.join(doors.homeDirectory, 'passwd.js'));
  expect([...(await listStaticFiles(doors.homeDirectory)).keys()]).not.toContain('/passwd.js');
});

test.each([
  ['PUT', '/api/mcp/call'],
  ['GET', '/api/mcp/call'],
  ['POST', '/metrics'],
  ['PATCH', '/mcp'],
  ['OPTIONS', '/mcp'],
  ['TRACE', '/'],
])('answers 405 to %s %s and names what is allowed', async (method, route) => {
  const answer = await sendRaw(doors.port, rawRequest(method, route, good));
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBeTruthy();
});

describe.each(['/mcp', '/api/mcp/call'])('a body for %s', route => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    sendRaw(
      doors.port,
      rawRequest(
        'POST',
        route,
        { ...good, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
        body,
      ),
    );

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', 'application/jsonp', ''])(
    'of the type "%s" gets 415',
    async type => {
      expect((await post('{}', { 'Content-Type': type })).status).toBe(415);
    },
  );
  test.each(['gzip', 'br', 'deflate'])('encoded as %s gets 415', async encoding => {
    expect((await post('{}', { 'Content-Encoding': encoding })).status).toBe(415);
  });
  test.each([
    ['of 2 MiB', `{"a":"${'x'.repeat(2 * 1024 * 1024)}"}`, 413],
    ['nested 10,000 deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400],
    ['nested 65 deep', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 400],
    ['with 10,001 elements', `{"a":[${'0,'.repeat(9_999)}0]}`, 400],
    ['that is empty', ' ', 400],
    ['that is no JSON', '{"a":', 400],
    ['with NaN', '{"a":NaN}', 400],
    ['that is a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400],
  ])('%s gets %i', async (_name, body, status) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, data: null, error: { code: 'bad_request' } });
  });
  test('without any bytes gets 400', async () => {
    expect((await post('', { 'Content-Length': '0' })).status).toBe(400);
  });
  test('that grows past the limit without a length gets 413', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head = rawRequest('POST', route, { ...good, 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
    expect((await sendRaw(doors.port, head + chunk.repeat(20) + '0\r\n\r\n')).status).toBe(413);
  });
  test('that is not UTF-8 gets 400', async () => {
    const head = rawRequest('POST', route, { ...good, 'Content-Type': 'application/json', 'Content-Length': '9' });
    expect(
      (
        await sendRaw(
          doors.port,
          Buffer.concat([Buffer.from(head), Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]),
        )
      ).status,
    ).toBe(400);
  });
});

test.each(['h2c', 'TLS/1.0', 'HTTP/2.0, websocket'])(
  'an offer to upgrade to %s is declined by an ordinary answer',
  async offer => {
    const headers = { Upgrade: offer, 'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA' };
    const upgradable = (request: string) => request.replace('Connection: close', 'Connection: close, Upgrade, HTTP2-Settings');
    const health = await sendRaw(doors.port, upgradable(rawRequest('GET', '/health', { ...good, ...headers })));
    expect(health.status).toBe(200);
    const body = '{"server_name":"netsonde","tool_name":"echo","args":{"value":"x"}}';
    const post = rawRequest('POST', '/api/mcp/call', { ...good, ...headers, 'Content-Type': 'application/json' }, body);
    const call = await sendRaw(doors.port, upgradable(post));
    expect(JSON.parse(call.body)).toMatchObject({ success: true, data: { value: 'x' } });
  },
);

test('an Expect that cannot be met gets 417 as JSON, after the Host was checked', async () => {
  const answer = await sendRaw(doors.port, rawRequest('POST', '/api/mcp/call', { ...good, Expect: 'tea' }, '{}'));
  expect(answer.status).toBe(417);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(JSON.parse(answer.body)).toMatchObject({ success: false, error: { code: 'bad_request' } });
  const foreign = rawRequest('POST', '/api/mcp/call', { ...good, Host: 'evil.example', Expect: 'tea' }, '{}');
  expect((await sendRaw(doors.port, foreign)).status).toBe(403);
});

test.each([
  ['its own Host', () => good, 400],
  ['a foreign Host', () => ({ ...good, Host: 'evil.example:443' }), 403],
])('CONNECT with %s is refused as JSON', async (_name, headers, status) => {
  const answer = await sendRaw(doors.port, rawRequest('CONNECT', 'evil.example:443', headers()));
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({ success: false, data: null });
});

test('headers above 16 KiB get 431 as JSON', async () => {
  const answer = await sendRaw(doors.port, rawRequest('GET', '/health', { ...good, 'X-Long': 'x'.repeat(17 * 1024) }));
  expect(answer.status).toBe(431);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'bad_request' } });
});

test('what is no HTTP gets 400 as JSON', async () => {
  const answer = await sendRaw(doors.port, 'EHLO mail.example\r\n\r\n');
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'bad_request' } });
});

test('slow and idle connections are closed, and 100 of them do not delay another', async () => {
  const slow = Array.from({ length: 100 }, (_, index) => {
    const socket = net.connect(doors.port, '127.0.0.1');
    const closed = once(socket, 'close');
    socket.on('error', () => {}); // a reset is a close as well
    socket.resume();
    if (index % 2 === 0) socket.write('GET /health HTTP/1.1\r\nHost: ');
    return closed;
  });
  const answer = await sendRaw(doors.port, rawRequest('GET', '/health', good));
  expect(answer.status).toBe(200);
  await Promise.all(slow); // ends only when the server has closed each
});

test('a body that does not come is given up', async () => {
  const socket = net.connect(doors.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: ${good.Host}\r\nAuthorization: ${good.Authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  );
  await once(socket, 'close');
  expect(parseAnswer(Buffer.concat(chunks).toString()).status).toBe(408);
});

describe('the page', () => {
  let cookie = '';

  test('the sign-in link sets a session cookie that is not the token, and redirects', async () => {
    const response = await fetch(doors.signInUrl, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const header = response.headers.get('set-cookie') ?? '';
    expect(header).toMatch(/HttpOnly; SameSite=Strict; Path=\//);
    expect(header).not.toContain(doors.token);
    cookie = header.split(';')[0] ?? '';
  });

  test('a wrong link signs nobody in', async () => {
    const response = await fetch(`${doors.url}/?token=wrong`, { redirect: 'manual' });
    expect(response.status).toBe(401);
    expect(response.headers.has('set-cookie')).toBe(false);
  });

  test("an agent's token signs nobody in: it would become more than it is", async () => {
    const { secret } = doors.tokens.create('agent', ['read']);
    expect((await fetch(`${doors.url}/?token=${secret}`, { redirect: 'manual' })).status).toBe(401);
  });

  test('the cookie opens the page with a strict policy, and not the API', async () => {
    const page = await fetch(doors.url, { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Page of the tests');
    const csp = page.headers.get('content-security-policy') ?? '';
    expect(csp).toContain("script-src 'self';");
    expect(csp).toContain("style-src 'self';");
    expect(csp).not.toContain('unsafe');
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).toContain("base-uri 'none'");
    expect(csp).toContain("object-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${doors.url}/api/mcp/tools`, { headers: { cookie } })).status).toBe(401);
    expect((await fetch(`${doors.url}/mcp`, { method: 'POST', headers: { cookie } })).status).toBe(401);
  });

  test('assets named by their content may be kept', async () => {
    const asset = await fetch(`${doors.url}/assets/app-AbCd1234.js`, { headers: { cookie } });
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });

  test('renewing the main token ends browser sessions and changes the runtime file', async () => {
    const before = doors.token;
    doors.tokens.revoke('primary');
    expect((await fetch(doors.url, { headers: { cookie } })).status).toBe(401);
    expect((await fetch(`${doors.url}/metrics`, { headers: { authorization: `Bearer ${before}` } })).status).toBe(401);
    const { readRuntimeFile } = await import('../../src-main/transports/runtime-file');
    expect(readRuntimeFile(doors.home)?.token).toBe(doors.tokens.primarySecret());
  });
});

test('the runtime file is 0600 in a 0700 directory', () => {
  expect(statSync(path.join(doors.homeDirectory, 'server.json')).mode & 0o777).toBe(0o600);
  expect(statSync(doors.homeDirectory).mode & 0o777).toBe(0o700);
});

describe('a route of the old servers', () => {
  // None is served yet: they come with connection and drop events. The middleware knows them already.
  const ask = async (restOpen: boolean, headers: Record<string, string>) => {
    const guard = createGuard({
      addresses: [],
      port: doors.port,
      tokens: doors.tokens,
      browsers: createBrowserSessions(memoryFile()),
    });
    const route: Route = {
      methods: ['GET'],
      access: 'open',
      handle: ({ response, visitor }) => sendJson(response, 200, { scopes: [...visitor.scopes] }),
    };
    const listener = createListener({
      guard: () => guard,
      find: () => route,
      upgrade: { path: '/ws', accept: () => {} },
      restOpen,
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as net.AddressInfo; // listens on TCP
    const answer = await sendRaw(port, rawRequest('GET', '/api/list-connections', headers));
    listener.close();
    return answer;
  };
  const host = () => ({ Host: `127.0.0.1:${doors.port}` });

  test('needs a token unless --rest-open was given, and then may read only', async () => {
    expect((await ask(false, host())).status).toBe(401);
    const open = await ask(true, host());
    expect(open.status).toBe(200);
    expect(JSON.parse(open.body)).toEqual({ scopes: ['read'] });
  });

  test('checks Host, Origin and a token that is given all the same', async () => {
    expect((await ask(true, { Host: 'evil.example' })).status).toBe(403);
    expect((await ask(true, { ...host(), Origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask(true, { ...host(), Authorization: 'Bearer wrong' })).status).toBe(401);
  });
});
