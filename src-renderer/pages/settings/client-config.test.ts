import { expect, test } from 'vitest';
import { CLIENTS, clientConfig, maskSecret } from './client-config';

const URL_ = 'http://127.0.0.1:7663/mcp';

test.each(CLIENTS.map(({ id }) => id))('gives %s the address and the token over HTTP, and neither over stdio', client => {
  const http = clientConfig(client, 'http', URL_, 'secret-1234').text;
  expect(http).toContain(URL_);
  expect(http).toContain('Bearer secret-1234');
  const stdio = clientConfig(client, 'stdio', URL_, 'secret-1234').text;
  expect(stdio).not.toContain('secret-1234');
  expect(stdio).toMatch(/netsonde.*mcp/s);
});

test('starts the bridge inside WSL from a client on Windows', () => {
  expect(clientConfig('claude', 'wsl', URL_, '').text).toBe('claude mcp add netsonde -- wsl.exe bash -lc "netsonde mcp"');
  expect(JSON.parse(clientConfig('cursor', 'wsl', URL_, '').text)).toEqual({
    mcpServers: { netsonde: { command: 'wsl.exe', args: ['bash', '-lc', 'netsonde mcp'] } },
  });
});

test('sets 60 s where the client has a limit', () => {
  expect(clientConfig('codex', 'http', URL_, 't').text).toContain('tool_timeout_sec = 60');
  expect(JSON.parse(clientConfig('opencode', 'stdio', URL_, 't').text).mcp.netsonde.timeout).toBe(60_000);
});

test('shows only the end of a token', () => {
  expect(maskSecret('abcdefgh7f2c')).toBe('••••••••••••••••7f2c');
});
