import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { interfaceBlock, packetBlock, sectionHeader } from '../../src-main/engine/packets/pcapng-writer';
import { bytes, Connection, pcap, tcp } from '../support/packet-bytes';

const run = promisify(execFile);
const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js');
const CLIENT = { ip: '192.0.2.1', port: 40_000 };
const SERVER = { ip: '192.0.2.2', port: 80 };
const HEALTHY = new Connection(CLIENT, SERVER)
  .open()
  .send(0, 'GET /page?secret=canary HTTP/1.1\r\nHost: www.example\r\n\r\n')
  .send(1, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  .close().packets;
const REFUSED = [
  { at: 1_700_000_000, frame: tcp(CLIENT, SERVER, { flags: 'S', seq: 7 }) },
  { at: 1_700_000_000.01, frame: tcp(SERVER, CLIENT, { flags: 'RA', seq: 0, ack: 8, window: 0 }) },
];

let folder: string;
const file = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'netsonde-analyze-'));
  writeFileSync(file('healthy.pcap'), pcap(HEALTHY));
  writeFileSync(file('healthy.pcap.gz'), gzipSync(pcap(HEALTHY)));
  writeFileSync(file('refused.pcap'), pcap(REFUSED));
  writeFileSync(file('cut.pcap'), pcap(REFUSED).subarray(0, -5));
  writeFileSync(file('text.pcap'), 'GET / HTTP/1.1\r\n');
  writeFileSync(
    file('healthy.pcapng'),
    bytes(
      sectionHeader('test'),
      interfaceBlock('eth0', 1, 65_535, ''),
      ...HEALTHY.map(({ at, frame }) => packetBlock(frame, frame.length, Math.floor(at), 0)),
    ),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function analyze(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, LANG: 'C', LC_ALL: 'C' };
  const ended = await run(process.execPath, [CLI, 'analyze', ...argv], { env }).catch((error: unknown) => error);
  const { code = 0, stdout, stderr } = ended as { code?: number; stdout: string; stderr: string }; // execFile's own shape, of both ends
  return { code, stdout, stderr };
}

test('nothing wrong: exit code 0, and how many rules could not be judged', async () => {
  const { code, stdout } = await analyze(file('healthy.pcap'));
  expect(code).toBe(0);
  // The segments of the test kit carry no options, which is worth a notice.
  expect(stdout).toMatch(/^Nothing serious, 1 notice: .*MSS.* \d+ rules are clear, \d+ could not be judged\./);
  expect(stdout).toContain('www.example');
});

test('a problem: exit code 3, with advice and the packets that show it', async () => {
  const { code, stdout } = await analyze(file('refused.pcap'));
  expect(code).toBe(3);
  expect(stdout).toContain('tcp-connection-refused');
  expect(stdout).toMatch(/Packets: 1 \(syn\), 2 \(reset\)/);
});

test.each(['healthy.pcap.gz', 'healthy.pcapng'])('%s is read like a plain file', async name => {
  const { code, stdout } = await analyze(file(name), '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    total_packets: HEALTHY.length,
    http_requests: [{ host: 'www.example', path: '/page' }],
  });
});

test('a capture comes through a pipe', async () => {
  const child = spawn(process.execPath, [CLI, 'analyze', '-', '--format', 'json'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', chunk => (stdout += chunk));
  child.stdin.end(pcap(REFUSED));
  expect(await once(child, 'close')).toEqual([3, null]);
  expect(JSON.parse(stdout)).toMatchObject({ total_packets: 2 });
});

test.each([
  ['html', /^<!doctype html>/],
  ['md', /^# Capture report: healthy\.pcap/],
  ['json', /^\{"file"/],
  ['text', /^Nothing serious/],
])('the form %s is whole, and holds no value of a query', async (format, begin) => {
  const { stdout } = await analyze(file('healthy.pcap'), '--format', format);
  expect(stdout).toMatch(begin);
  expect(stdout).not.toContain('canary');
});

test('a file that is cut short says so, and what stands before is judged', async () => {
  const { code, stdout, stderr } = await analyze(file('cut.pcap'));
  expect(code).toBe(0); // the reset was lost: a SYN at the end of a capture is no problem yet
  expect(stderr).toContain('cut short in the middle of a packet');
  expect(stdout).toContain('192.0.2.2:80');
});

test.each([
  ['text.pcap', /no capture file/],
  ['missing.pcap', /does not exist/],
  ['', /is a directory/],
])('%s is a failure with exit code 1 or 2', async (name, message) => {
  const { code, stderr } = await analyze(file(name));
  expect([1, 2]).toContain(code);
  expect(stderr).toMatch(message);
});
