import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import type { BridgeMessage, BridgeRequest } from '@shared/bridge';
import { joinParts } from '@shared/event-parts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Doors, openDoors, parseAnswer, sampleOf, sendRaw, shutDoors } from './doors-support';

let doors: Doors;
let cookie: string;
beforeEach(async () => {
  doors = await openDoors();
  const signedIn = await fetch(doors.signInUrl, { redirect: 'manual' });
  cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterEach(() => shutDoors(doors));

const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
};

function handshake(headers: Record<string, string>, target = '/ws'): string {
  const all = { Host: `127.0.0.1:${doors.port}`, ...UPGRADE, ...headers };
  return `GET ${target} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')}\r\n\r\n`;
}

interface Page {
  socket: WebSocket;
  send(request: BridgeRequest): void;
  /** The next message that fits, also one that came already. */
  next(fits: (message: BridgeMessage) => boolean): Promise<BridgeMessage>;
}

async function openPage(headers: Record<string, string> = { cookie, origin: doors.url }): Promise<Page> {
  const socket = new WebSocket(`${doors.url.replace('http', 'ws')}/ws`, { headers });
  const messages: BridgeMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', data => {
    messages.push(JSON.parse((data as Buffer).toString()));
    for (const look of waiting) look();
  });
  await once(socket, 'open');
  return {
    socket,
    send: request => socket.send(JSON.stringify(request)),
    next: fits =>
      new Promise(resolve => {
        const look = (): void => {
          const index = messages.findIndex(fits);
          if (index < 0) return;
          waiting.delete(look);
          const [found] = messages.splice(index, 1);
          if (found) resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

describe('the handshake', () => {
  test.each([
    ['a foreign Origin with a valid cookie', () => ({ Cookie: cookie, Origin: 'https://evil.example' }), 403],
    ['no Origin with a valid cookie', () => ({ Cookie: cookie }), 403],
    ['a foreign Origin with a valid token', () => ({ Authorization: `Bearer ${doors.token}`, Origin: 'null' }), 403],
    ['a foreign Host', () => ({ Cookie: cookie, Origin: doors.url, Host: 'evil.example' }), 403],
    ['no cookie', () => ({ Origin: doors.url }), 401],
    ['a wrong cookie', () => ({ Cookie: `netsonde_${doors.port}=${'x'.repeat(43)}`, Origin: doors.url }), 401],
    ['a wrong token', () => ({ Authorization: 'Bearer wrong' }), 401],
  ])('with %s is refused before the 101', async (_name, headers, status) => {
    const answer = await sendRaw(doors.port, handshake(headers()));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, data: null });
  });

  test('on another path is answered 404', async () => {
    expect((await sendRaw(doors.port, handshake({ Cookie: cookie, Origin: doors.url }, '/mcp'))).status).toBe(404);
  });

  test('with a token and no Origin is taken', async () => {
    const page = await openPage({ authorization: `Bearer ${doors.token}` });
    page.socket.close();
  });
});

test('calls, progress, cancel and errors go through', async () => {
  const page = await openPage();
  page.send({ kind: 'call', id: 1, tool: 'echo', input: { value: 'hello' } });
  expect(await page.next(({ id }) => id === 1)).toEqual({
    kind: 'reply',
    id: 1,
    reply: { success: true, message: 'Echoed', data: { value: 'hello' } },
  });
  page.send({ kind: 'call', id: 2, tool: 'wait', input: {} });
  expect(await page.next(({ kind }) => kind === 'progress')).toEqual({
    kind: 'progress',
    id: 2,
    progress: { done: 0.5, message: 'Half' },
  });
  page.send({ kind: 'cancel', id: 2 });
  expect(await page.next(({ id }) => id === 2)).toMatchObject({ reply: { success: false, error: { code: 'cancelled' } } });
  page.send({ kind: 'call', id: 3, tool: 'nothing', input: {}, language: 'zh-CN' });
  expect(await page.next(({ id }) => id === 3)).toMatchObject({
    reply: { success: false, message: expect.stringContaining('没有名为'), error: { code: 'not_found' } },
  });
  page.send({ kind: 'subscribe', id: 4, stream: 'nothing', params: {} });
  expect(await page.next(({ id }) => id === 4)).toMatchObject({ kind: 'problem', code: 'not_found' });
  page.socket.close();
});

test("a signed-in browser reaches the interface's tools, no token does, the main one neither", async () => {
  const { secret } = doors.tokens.create('agent', ['read']);
  const user = await openPage();
  user.send({ kind: 'call', id: 1, tool: 'hidden', input: {} });
  expect(await user.next(({ id }) => id === 1)).toMatchObject({ reply: { success: true } });
  user.socket.close();
  for (const token of [secret, doors.token]) {
    const agent = await openPage({ authorization: `Bearer ${token}` });
    agent.send({ kind: 'call', id: 1, tool: 'hidden', input: {} });
    expect(await agent.next(({ id }) => id === 1)).toMatchObject({ reply: { success: false, error: { code: 'not_found' } } });
    agent.send({ kind: 'call', id: 2, tool: 'capture', input: {} });
    expect(await agent.next(({ id }) => id === 2)).toMatchObject({
      reply: { success: false, error: { code: 'permission_denied' } },
    });
    agent.socket.close();
  }
});

test("the command line reaches the interface's tools by the main token and its header, a token made for an agent does not", async () => {
  const { secret } = doors.tokens.create('agent', ['read', 'remote']);
  for (const [token, success] of [
    [doors.token, true],
    [secret, false],
  ] as const) {
    const terminal = await openPage({ authorization: `Bearer ${token}`, 'netsonde-as-user': '1' });
    terminal.send({ kind: 'call', id: 1, tool: 'hidden', input: {} });
    expect(await terminal.next(({ id }) => id === 1)).toMatchObject({ reply: { success } });
    terminal.socket.close();
  }
});

test('a stream begins with a snapshot and ends with unsubscribe', async () => {
  const page = await openPage();
  page.send({ kind: 'subscribe', id: 1, stream: 'interface_sample', params: { interface: null } });
  expect(await page.next(({ id }) => id === 1)).toEqual({ kind: 'event', id: 1, event: { snapshot: true, samples: [] } });
  doors.engine.publish(sampleOf(1));
  expect(await page.next(({ id }) => id === 1)).toMatchObject({ kind: 'event', event: { snapshot: false } });
  page.send({ kind: 'unsubscribe', id: 1 });
  page.send({ kind: 'call', id: 2, tool: 'echo', input: { value: 'after' } });
  await page.next(({ id }) => id === 2);
  expect(doors.engine.listeners).toBe(0);
  page.socket.close();
});

test('an event of 10,000 rows arrives whole in messages of at most 1 MiB', async () => {
  const socket = new WebSocket(`${doors.url.replace('http', 'ws')}/ws`, {
    headers: { cookie, origin: doors.url },
    maxPayload: 1024 * 1024, // a longer one would end the connection
  });
  await once(socket, 'open');
  const { promise: arrived, resolve, reject } = Promise.withResolvers<unknown>();
  const parts: unknown[] = [];
  socket.on('error', reject);
  socket.on('message', data => {
    const message = JSON.parse((data as Buffer).toString()) as BridgeMessage;
    if (message.kind !== 'event') return reject(new Error(`A ${message.kind} instead of the event`));
    if (parts.push(message.event) > 1 && !message.more) resolve(joinParts(parts.slice(1))); // after the snapshot
  });
  const whole = { snapshot: false, samples: Array.from({ length: 10_000 }, () => sampleOf(500).samples).flat() };
  socket.once('message', () => doors.engine.publish(whole));
  const subscribe: BridgeRequest = { kind: 'subscribe', id: 1, stream: 'interface_sample', params: { interface: null } };
  socket.send(JSON.stringify(subscribe));
  expect(await arrived).toEqual(whole);
  expect(parts).toHaveLength(21);
  socket.close();
});

test('everything ends when the page is gone', async () => {
  const page = await openPage();
  const begun = once(doors.engine.events, 'waiting');
  page.send({ kind: 'subscribe', id: 1, stream: 'interface_sample', params: { interface: null } });
  page.send({ kind: 'call', id: 2, tool: 'wait', input: {} });
  await begun;
  expect(doors.engine.listeners).toBe(1);
  const aborted = once(doors.engine.events, 'aborted');
  page.socket.terminate();
  await aborted;
  expect(doors.engine.listeners).toBe(0);
  expect(doors.engine.waiting).toBe(0);
});

test.each([
  ['no JSON', '{"kind":', 1007],
  ['no object', '5', 1008],
  ['an unknown kind', '{"kind":"exec","id":1}', 1008],
  ['an id that is no number', '{"kind":"cancel","id":"1"}', 1008],
  ['further fields', '{"kind":"cancel","id":1,"extra":true}', 1008],
  ['more than 1 MiB', `{"kind":"call","id":1,"tool":"echo","input":"${'x'.repeat(1024 * 1024)}"}`, 1009],
])('a frame of %s closes that socket only, with %3$i', async (_name, frame, code) => {
  const [page, other] = await Promise.all([openPage(), openPage()]);
  const closed = once(page.socket, 'close');
  page.socket.send(frame);
  expect((await closed)[0]).toBe(code);
  other.send({ kind: 'call', id: 1, tool: 'echo', input: { value: 'alive' } });
  expect(await other.next(({ id }) => id === 1)).toMatchObject({ reply: { success: true } });
  other.socket.close();
});

test.each([
  ['unmasked', Buffer.from([0x81, 0x01, 0x35]), 1002],
  ['with a reserved bit', Buffer.from([0xc1, 0x81, 0, 0, 0, 0, 0x35]), 1002],
  ['of invalid UTF-8', Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]), 1007],
])('a frame %s closes the socket with %3$i', async (_name, frame, code) => {
  const socket = net.connect(doors.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => {}); // a reset after the close frame
  socket.write(handshake({ Cookie: cookie, Origin: doors.url }));
  socket.write(frame);
  await once(socket, 'close');
  const all = Buffer.concat(chunks);
  expect(parseAnswer(all.toString('latin1')).status).toBe(101);
  const closeFrame = all.subarray(all.indexOf('\r\n\r\n') + 4);
  expect(closeFrame[0]).toBe(0x88);
  expect(closeFrame.readUInt16BE(2)).toBe(code);
});

test('the handshake is answered as RFC 6455 has it', async () => {
  const socket = net.connect(doors.port, '127.0.0.1');
  socket.write(handshake({ Authorization: `Bearer ${doors.token}` }));
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  const accept = createHash('sha1')
    .update(`${UPGRADE['Sec-WebSocket-Key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  expect(parseAnswer(chunk.toString()).headers.get('sec-websocket-accept')).toBe(accept);
  socket.destroy();
});

test('a reader that is too slow loses counted frames and gets a fresh snapshot when it reads on', async () => {
  const page = await openPage();
  page.send({ kind: 'subscribe', id: 1, stream: 'interface_sample', params: { interface: null } });
  await page.next(({ id }) => id === 1);
  page.socket.pause();
  const EVENTS = 1_000;
  const BYTES = 64 * 1024;
  const heapBefore = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
  for (let sent = 0; sent < EVENTS; sent++) {
    doors.engine.publish(sampleOf(BYTES));
    // Lets the socket write what the kernel takes.
    await new Promise(resolve => setImmediate(resolve));
  }
  const kept = process.memoryUsage().external + process.memoryUsage().arrayBuffers - heapBefore;
  expect(kept).toBeLessThan(16 * 1024 * 1024);
  const problem = page.next(({ kind }) => kind === 'problem');
  page.socket.resume();
  const { dropped } = (await problem) as Extract<BridgeMessage, { kind: 'problem' }>;
  expect(dropped).toBeGreaterThan(EVENTS / 2);
  expect(await page.next(message => message.kind === 'event' && (message.event as { snapshot: boolean }).snapshot)).toMatchObject(
    { id: 1 },
  );
  // What was sent and what was dropped is all there was.
  let arrived = 0;
  page.send({ kind: 'call', id: 2, tool: 'echo', input: { value: 'end' } });
  await page.next(({ id }) => id === 2);
  const none = Symbol('none');
  for (;;) {
    const message = await Promise.race([page.next(({ kind }) => kind === 'event'), Promise.resolve(none)]);
    if (message === none) break;
    arrived++;
  }
  expect(arrived + (dropped ?? 0)).toBe(EVENTS);
  expect(doors.engine.listeners).toBe(1);
  page.socket.close();
});

test('revoking a token closes the sockets it opened', async () => {
  const { token, secret } = doors.tokens.create('agent', ['read']);
  const page = await openPage({ authorization: `Bearer ${secret}` });
  const closed = once(page.socket, 'close');
  doors.tokens.revoke(token.id);
  expect((await closed)[0]).toBe(1008);
});

test('closing the server closes every socket', async () => {
  const page = await openPage();
  const closed = once(page.socket, 'close');
  await doors.close();
  await closed;
  doors = await openDoors({ homeDirectory: doors.homeDirectory });
});
