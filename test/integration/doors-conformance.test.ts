import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome } from '../../src-main/home';
import { startNetsonde } from '../../src-main/server';

const RUNNER = path.resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');
const directory = mkdtempSync(path.join(tmpdir(), 'netsonde-conformance-'));
let server: Awaited<ReturnType<typeof startNetsonde>>;
let front: http.Server;
let frontUrl: string;

/**
 * The runner of the conformance package sends no token: this puts one in front. Everything else passes as it is, a
 * foreign Host and Origin above all; only the front's own address becomes the server's.
 */
function putTokenInFront(): http.Server {
  const target = new URL(server.url);
  return http.createServer((request, response) => {
    const { port } = front.address() as AddressInfo; // listens on TCP
    const own = (value: string | undefined) => value?.replace(`:${port}`, `:${target.port}`);
    const headers = {
      ...request.headers,
      authorization: `Bearer ${server.token}`,
      host: own(request.headers.host),
      ...(request.headers.origin && { origin: own(request.headers.origin) }),
    };
    const onward = http.request(
      { host: target.hostname, port: target.port, method: request.method, path: request.url, headers },
      answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
}

beforeAll(async () => {
  server = await startNetsonde({
    home: createHome({ NETSONDE_HOME: directory }),
    port: 0,
    rendererDir: directory,
    version: '0.0.0-test',
  });
  front = putTokenInFront().listen(0, '127.0.0.1');
  await once(front, 'listening');
  frontUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}/mcp`; // listens on TCP
});
afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

test.each(['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection'])(
  'the conformance scenario %s passes',
  async scenario => {
    const output = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        [RUNNER, 'server', '--url', frontUrl, '--scenario', scenario],
        { cwd: directory },
        (error, stdout, stderr) =>
          error ? reject(new Error(`${stdout}${stderr}`, { cause: error })) : resolve(`${stdout}${stderr}`),
      );
    });
    expect(output).toMatch(/Passed: [1-9]\d*\/\d+/);
    expect(output).toMatch(/\b0 failed\b/);
  },
);
