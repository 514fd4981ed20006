import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHome } from '../../src-main/home';
import { readRuntimeFile } from '../../src-main/transports/runtime-file';
import { CAN_MAKE_NETWORKS, makeNetwork, printed, type TestNetwork, WHY_SKIPPED } from '../support/network';

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js');
const SUMMARY = ['--tool', 'get_network_summary'];

/** Each namespace has a port 8080 of its own, so that nothing else of this machine answers there. */
describe.skipIf(!CAN_MAKE_NETWORKS)(`which server the command line asks (${WHY_SKIPPED})`, () => {
  const homes = mkdtempSync(path.join(tmpdir(), 'netsonde-choice-'));
  const [own, other] = [path.join(homes, 'own'), path.join(homes, 'other')];
  let network: TestNetwork;
  beforeAll(async () => {
    network = await makeNetwork();
  });
  afterAll(async () => {
    await network.remove();
    rmSync(homes, { recursive: true, force: true });
  });

  const netsonde = (namespace: string, args: string[], env: NodeJS.ProcessEnv = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
      const [program = '', ...rest] = [...network.inside(namespace), process.execPath, CLI, ...args];
      execFile(
        program,
        rest,
        { env: { ...process.env, NETSONDE_HOME: own, LANG: 'C', LC_ALL: 'C', NO_COLOR: '1', ...env } },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
      );
    });

  test('without one, tools of event history fail and say what was tried and what to do', async () => {
    for (const tool of [
      'get_network_summary',
      'list_connections',
      'analyze_patterns',
      'get_packet_drop_summary',
      'list_packet_drops',
    ])
      expect(await netsonde(network.here, ['--tool', tool])).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'Error: No Netsonde answers at http://localhost:8080.\n' +
          'Start one with `netsonde serve`, then check it with `curl http://localhost:8080/health`.\n',
      });
    const json = await netsonde(network.here, ['call', 'list_connections', '{}', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ success: false, error: { code: 'unreachable' } });
  });

  test('without one, measuring tools and ai_insights run in the process of the command line', async () => {
    const measured = await netsonde(network.here, ['--tool', 'list_network_interfaces', '--json', '--verbose']);
    expect(JSON.parse(measured.stdout)).toMatchObject({ success: true, data: { default: 'eth0' } });
    expect(measured.stderr).toContain('No server runs; measuring in this process.');
    const text = 'nginx made 25 connections in 300 seconds';
    const insights = await netsonde(network.here, ['--tool', 'ai_insights', '--summary-text', text]);
    expect(insights).toMatchObject({ code: 0, stdout: expect.stringMatching(/^🤖 AI Network Insights:\n/) });
  });

  test('a server of another home at port 8080 is asked when it knows the token in NETSONDE_TOKEN', async () => {
    const serving = network.start(network.here, [
      'env',
      `NETSONDE_HOME=${other}`,
      process.execPath,
      CLI,
      'serve',
      '--http',
      '--port',
      '8080',
    ]);
    await printed(serving, /Netsonde serves/);
    const token = readRuntimeFile(createHome({ NETSONDE_HOME: other }))?.token;
    const asked = await netsonde(network.here, ['--tool', 'list_hosts', '--verbose'], { NETSONDE_TOKEN: token });
    expect(asked).toMatchObject({ code: 0, stderr: expect.stringContaining('Using the server at http://localhost:8080.') });
    const tokenless = await netsonde(network.here, SUMMARY);
    expect(tokenless).toMatchObject({ code: 1, stderr: expect.stringContaining('NETSONDE_TOKEN') });
    serving.kill('SIGTERM');
    await once(serving, 'close');
  });

  test('another program at port 8080 does not get the token', async () => {
    const script = `require('http').createServer((q, a) => { console.log(q.url, 'authorization' in q.headers); a.end('{}'); })
      .on('upgrade', (q, s) => { console.log('upgrade', 'authorization' in q.headers); s.destroy(); })
      .listen(8080, '127.0.0.1', () => console.log('listening'));`;
    const impostor = network.start(network.there, [process.execPath, '-e', script]);
    let heard = '';
    impostor.stdout?.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await printed(impostor, /listening/);
    const refused = await netsonde(network.there, SUMMARY, { NETSONDE_TOKEN: 'x'.repeat(43) });
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('does not show that it knows the token'),
    });
    expect(heard).toContain('/health false');
    expect(heard).not.toMatch(/true|upgrade/);
  });
});
