import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Scope } from '@shared/model/settings';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHome } from '../../src-main/home';
import { startNetsonde } from '../../src-main/server';
import { DEFAULT_PORT } from '../../src-main/transports/http/port';
import { findRunning, readRuntimeFile, writeRuntimeFile } from '../../src-main/transports/runtime-file';
import { NONCE_HEADER, PROOF_HEADER } from '../../src-main/transports/server-proof';
import { openDoors, openSession, postMcp, shutDoors } from './doors-support';

const rendererDir = path.join(import.meta.dirname, '../fixtures/doors-page');
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'netsonde-home-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const start = (options: Partial<Parameters<typeof startNetsonde>[0]> = {}) =>
  startNetsonde({ home: createHome({ NETSONDE_HOME: directory }), rendererDir, version: '0.0.0-test', ...options });

/** Takes a port until it is given back. @returns nothing when somebody else has it: then it is taken all the same */
async function take(port: number): Promise<{ port: number; giveBack(): Promise<void> }> {
  const holder = net.createServer().listen(port, '127.0.0.1');
  // `once` rejects on an error: the port had been taken before, which serves as well.
  await once(holder, 'listening').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EADDRINUSE') throw thrown;
  });
  const address = holder.address() as AddressInfo | null; // null when the port had been taken before
  return {
    port: address?.port ?? port,
    async giveBack() {
      if (!holder.listening) return;
      holder.close();
      await once(holder, 'close');
    },
  };
}

test('a taken usual port: the next free one is used, and the notice names the port', async () => {
  const holder = await take(DEFAULT_PORT);
  const server = await start();
  const port = Number(new URL(server.url).port);
  expect(port).toBeGreaterThan(DEFAULT_PORT);
  expect(server.notices.join()).toContain(`Port ${DEFAULT_PORT} was taken by`);
  expect(server.notices.join()).toContain(String(port));
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  await server.close();
  await holder.giveBack();
});

test('a taken port that was asked for: an error that names port and holder, and nothing is left behind', async () => {
  const holder = await take(0);
  await expect(start({ port: holder.port })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(`Port ${holder.port} is taken`),
    hint: expect.stringContaining('--port'),
  });
  expect(existsSync(path.join(directory, 'server.json'))).toBe(false);
  await holder.giveBack();
});

test('a second server of the same home is refused and told where the first one is', async () => {
  const first = await start({ port: 0 });
  await expect(start({ port: 0 })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining(first.url) });
  expect(await findRunning(createHome({ NETSONDE_HOME: directory }))).toMatchObject({
    url: first.url,
    token: first.token,
    pid: process.pid,
  });
  await first.close();
  expect(await findRunning(createHome({ NETSONDE_HOME: directory }))).toBeNull();
});

test('a runtime file of a dead process is replaced', async () => {
  const dead = spawn('true');
  await once(dead, 'exit');
  writeFileSync(
    path.join(directory, 'server.json'),
    JSON.stringify({ url: 'http://127.0.0.1:1', token: 'x', pid: dead.pid, version: '0' }),
    { mode: 0o600 },
  );
  expect(await findRunning(createHome({ NETSONDE_HOME: directory }))).toBeNull();
  const server = await start({ port: 0 });
  expect(readRuntimeFile(createHome({ NETSONDE_HOME: directory }))).toMatchObject({
    url: server.url,
    pid: process.pid,
    version: '0.0.0-test',
  });
  await server.close();
});

describe('who is taken for the running server', () => {
  const home = () => createHome({ NETSONDE_HOME: directory });

  test('not a program that took its port and answers /health as it did', async () => {
    const seen: IncomingMessage[] = [];
    const impostor = http.createServer((request, response) => {
      seen.push(request);
      response.setHeader(PROOF_HEADER, 'x'.repeat(43));
      response.end('{"status":"healthy","version":"0.1.0","uptime":1}');
    });
    await once(impostor.listen(0, '127.0.0.1'), 'listening');
    const { port } = impostor.address() as AddressInfo; // listens on TCP
    const url = `http://127.0.0.1:${port}`;
    writeRuntimeFile(home(), { url, token: 'secret', pid: process.pid, version: '0' });
    expect(await findRunning(home())).toBeNull();
    expect(seen.map(({ url: target }) => target)).toEqual(['/health']);
    expect(JSON.stringify(seen.map(({ rawHeaders }) => rawHeaders))).not.toContain('secret');
    impostor.close();
  });

  test('not one that passes the question on to the real server', async () => {
    const doors = await openDoors();
    const relay = http.createServer((request, response) => {
      const nonce = String(request.headers[NONCE_HEADER]);
      void fetch(`${doors.url}/health`, { headers: { [NONCE_HEADER]: nonce } }).then(answer => {
        response.setHeader(PROOF_HEADER, answer.headers.get(PROOF_HEADER) ?? '');
        response.end('{}');
      });
    });
    await once(relay.listen(0, '127.0.0.1'), 'listening');
    const { port } = relay.address() as AddressInfo; // listens on TCP
    writeRuntimeFile(home(), { url: `http://127.0.0.1:${port}`, token: doors.token, pid: process.pid, version: '0' });
    expect(await findRunning(home())).toBeNull();
    relay.close();
    await shutDoors(doors);
  });

  test('health answers no nonce that is none, and gives a proof to nobody who did not ask', async () => {
    const doors = await openDoors();
    for (const nonce of [null, '', 'short', 'x'.repeat(200), '('.repeat(43)]) {
      const answer = await fetch(`${doors.url}/health`, nonce === null ? {} : { headers: { [NONCE_HEADER]: nonce } });
      expect([answer.status, answer.headers.get(PROOF_HEADER)]).toEqual([200, null]);
    }
    await shutDoors(doors);
  });

  test('the one whose main token was renewed while it ran', async () => {
    const doors = await openDoors();
    doors.tokens.revoke('primary');
    expect(await findRunning(doors.home)).toMatchObject({ url: doors.url, token: doors.tokens.primarySecret() });
    await shutDoors(doors);
  });
});

test('closing removes the runtime file only when it is its own', async () => {
  const server = await start({ port: 0 });
  const file = path.join(directory, 'server.json');
  writeFileSync(file, JSON.stringify({ url: 'http://127.0.0.1:1', token: 'x', pid: 1, version: '0' }));
  await server.close();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: 1 });
});

test('the main token lasts over restarts; agents and their counts as well', async () => {
  const first = await openDoors({ homeDirectory: directory });
  const { secret } = first.tokens.create('agent', ['read']);
  const call = (url: string) =>
    fetch(`${url}/api/mcp/call`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{"server_name":"netsonde","tool_name":"echo","args":{"value":"x"}}',
    });
  expect((await call(first.url)).status).toBe(200);
  const second = await first.restart();
  expect(second.token).toBe(first.token);
  expect((await call(second.url)).status).toBe(200);
  expect(second.tokens.list().find(({ name }) => name === 'agent')).toMatchObject({
    calls_today: 2,
    scopes: ['read'],
    ending: secret.slice(-4),
  });
  expect(readFileSync(path.join(directory, 'tokens.json'), 'utf8')).not.toContain(secret);
  await shutDoors(second);
});

test('a main token granted more scopes may do more', async () => {
  const doors = await openDoors({ grant: ['read', 'remote'] });
  const response = await fetch(`${doors.url}/api/mcp/call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${doors.token}`, 'content-type': 'application/json' },
    body: '{"server_name":"netsonde","tool_name":"capture","args":{}}',
  });
  expect(response.status).toBe(200);
  await shutDoors(doors);
});

test('an address beyond loopback is named in a warning and in no other Host than its own', async () => {
  const doors = await openDoors({ address: '127.0.0.2' });
  expect(doors.notices.join()).toContain('127.0.0.2');
  expect(doors.url).toBe(`http://127.0.0.2:${doors.port}`);
  expect((await fetch(`${doors.url}/health`)).status).toBe(200);
  await shutDoors(doors);
});

test('listens on ::1 when told to, without a warning', async () => {
  const doors = await openDoors({ address: '::1' });
  expect(doors.url).toBe(`http://[::1]:${doors.port}`);
  expect(doors.notices).toEqual([]);
  expect((await fetch(`${doors.url}/health`)).status).toBe(200);
  await shutDoors(doors);
});

test('every file of the home is 0600', async () => {
  const doors = await openDoors({ homeDirectory: directory });
  doors.tokens.create('agent', ['read']);
  await fetch(doors.signInUrl, { redirect: 'manual' });
  for (const name of ['server.json', 'token', 'tokens.json', 'browser-sessions.json'])
    expect([name, statSync(path.join(directory, name)).mode & 0o777]).toEqual([name, 0o600]);
  await doors.close();
});

test.runIf(process.getuid?.() === 0)('a home that cannot be written: the server runs and says so', async () => {
  const mounted = path.join(directory, 'mounted');
  mkdirSync(mounted, { mode: 0o700 });
  const mount = (...args: string[]) => once(spawn('mount', args), 'exit');
  await mount('-t', 'tmpfs', '-o', 'mode=0700,size=1m', 'netsonde-test', mounted);
  await mount('-o', 'remount,ro', mounted);
  try {
    const server = await startNetsonde({ home: createHome({ NETSONDE_HOME: mounted }), port: 0, rendererDir, version: '0' });
    expect(server.notices.join()).toContain(`Nothing can be kept in ${mounted}`);
    expect((await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } })).status).toBe(200);
    await server.close();
  } finally {
    await once(spawn('umount', [mounted]), 'exit');
  }
});

test.runIf(process.getuid?.() === 0)('a full disk: the server runs, says so, and goes on serving MCP sessions', async () => {
  const mounted = path.join(directory, 'full');
  mkdirSync(mounted, { mode: 0o700 });
  await once(spawn('mount', ['-t', 'tmpfs', '-o', 'mode=0700,size=64k', 'netsonde-test', mounted]), 'exit');
  try {
    await (await openDoors({ homeDirectory: mounted })).close(); // makes the main token
    expect(() => writeFileSync(path.join(mounted, 'filler'), Buffer.alloc(1024 * 1024))).toThrow(/ENOSPC/);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const doors = await openDoors({ homeDirectory: mounted });
    expect(doors.notices.join()).toContain('ENOSPC');
    const id = await openSession(doors);
    const answer = await postMcp(
      doors,
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'echo', arguments: { value: 'x' } } },
      { 'mcp-session-id': id },
    );
    expect(await answer.text()).toContain('Echoed');
    expect(String(log.mock.calls[0]?.[0])).toContain('ENOSPC');
    await doors.close();
    log.mockRestore();
  } finally {
    await once(spawn('umount', [mounted]), 'exit');
  }
});

test('a home that is a link, a file or open to all is refused with what to do', () => {
  const real = path.join(directory, 'real');
  mkdirSync(real, { mode: 0o700 });
  symlinkSync(real, path.join(directory, 'link'));
  writeFileSync(path.join(directory, 'file'), '');
  mkdirSync(path.join(directory, 'open'));
  chmodSync(path.join(directory, 'open'), 0o777);
  for (const name of ['link', 'file', 'open']) {
    expect(() => createHome({ NETSONDE_HOME: path.join(directory, name) })).toThrow(
      expect.objectContaining({ code: 'permission_denied', hint: expect.stringContaining('NETSONDE_HOME') }),
    );
  }
});

test('nobody makes a token that may do more than he may himself', async () => {
  const server = await start({ port: 0 });
  const make = (scopes: Scope[], callerScopes: Scope[]) =>
    server.engine.call(
      'create_token',
      { name: 'agent', scopes },
      { id: 'interface', door: 'interface', scopes: new Set(callerScopes), language: 'en' },
    );
  expect(await make(['read', 'remote', 'ai'], ['read', 'capture'])).toMatchObject({
    success: false,
    message: expect.stringContaining('remote, ai'),
    error: { code: 'permission_denied' },
  });
  expect(await make(['capture'], ['read', 'capture'])).toMatchObject({ success: true, data: { token: { scopes: ['capture'] } } });
  await server.close();
});

test('test_mcp connects over the real listener and counts the tools', async () => {
  const server = await start({ port: 0 });
  const reply = await server.engine.call(
    'test_mcp',
    {},
    { id: 'interface', door: 'interface', scopes: new Set(['read']), language: 'en' },
  );
  expect(reply).toMatchObject({ success: true, data: { ok: true, revision: '2026-07-28', problem: null } });
  const agents = [...server.engine.tools.values()].filter(({ audience }) => audience === 'everyone');
  expect(reply).toMatchObject({ data: { tools: agents.length } });
  await server.close();
});
