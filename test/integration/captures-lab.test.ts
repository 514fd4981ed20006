import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KnownHosts } from '../../src-main/engine/hosts/ssh/known-hosts';
import type { CaptureStarted, CaptureStatus } from '../../src-shared/model/capture';
import type { Finding } from '../../src-shared/model/finding';
import { hostProfile } from '../../src-shared/model/host';
import { type BadLine, makeBadLine } from '../support/bad-line';
import { CAN_MAKE_NETWORKS, printed, WHY_SKIPPED } from '../support/network';
import { createSshLab, type SshLab } from '../support/ssh-lab';
import { type Lab, openLab } from './engine-lab';
import { openHelper } from './helper-lab';

const run = promisify(execFile);
const LAB = path.resolve(import.meta.dirname, '../support/lab');
const SERVER = path.join(LAB, 'trouble-server.mjs');

/** old.pem and key.pem: self-signed for old.example, over since 2021. */
async function makeExpiredCertificate(folder: string): Promise<void> {
  const openssl = (...argv: string[]): Promise<unknown> => run('openssl', argv, { cwd: folder });
  writeFileSync(path.join(folder, 'index.txt'), '');
  writeFileSync(
    path.join(folder, 'ca.cnf'),
    '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=DNS:old.example\n',
  );
  await openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key.pem',
    '-out',
    'req.pem',
    '-subj',
    '/CN=old.example',
  );
  await openssl(
    'ca',
    '-batch',
    '-notext',
    '-selfsign',
    '-config',
    'ca.cnf',
    '-keyfile',
    'key.pem',
    '-in',
    'req.pem',
    '-out',
    'old.pem',
    '-startdate',
    '20200101000000Z',
    '-enddate',
    '20210101000000Z',
  );
}

/** What is above info, as `severity id`. */
const serious = (findings: readonly Finding[]): string[] =>
  findings.filter(({ severity }) => severity !== 'info').map(({ severity, id }) => `${severity} ${id}`);

/** Where it is captured, and by what: the same troubles have to be found, and nothing else. */
const WAYS = [
  { way: 'here, by the helper', host: 'localhost' },
  { way: 'on a host with only an sshd, by tcpdump there', host: 'near' },
  { way: 'on a host that runs the helper of this build', host: 'helped' },
] as const;

describe.skipIf(!CAN_MAKE_NETWORKS).each(WAYS)(`a live capture $way (${WHY_SKIPPED})`, ({ host }) => {
  let line: BadLine;
  let lab: Lab;
  let folder: string;
  let sshd: SshLab;

  beforeAll(async () => {
    line = await makeBadLine();
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-lab-'));
    const file = (name: string): string => path.join(folder, name);
    await makeExpiredCertificate(folder);
    await printed(line.startFar([process.execPath, SERVER, line.far, file('old.pem'), file('key.pem')]), /ready/);
    // The remote host is this machine, through a real sshd: the line ends here.
    sshd = await createSshLab();
    const profile = { address: '127.0.0.1', port: sshd.port, key_file: sshd.privateKeyFile, agent: false };
    const profiles = [
      hostProfile.parse({ ...profile, name: 'near' }),
      hostProfile.parse({ ...profile, name: 'helped', helper: true }),
    ];
    lab = openLab({
      ...(host === 'localhost' && { helper: await openHelper() }),
      captureFolder: path.join(folder, 'captures'),
      remote: {
        directory: {
          list: () => profiles,
          find: name => profiles.find(each => each.name === name),
          listen: () => () => {},
        },
        knownHosts: () => new KnownHosts(sshd.hostKeyLine),
        secret: () => undefined,
        adHoc: () => false,
        helperFile: path.resolve(import.meta.dirname, '../../out/helper/netsonde-helper'),
      },
    });
  });
  afterAll(async () => {
    await lab?.engine.stop();
    await sshd?.stop();
    await line?.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => line.be({}));

  const ask = async <Data>(tool: string, input: object): Promise<Data> => {
    const reply = await lab.call(tool, input);
    if (!reply.success) throw new Error(`${tool}: ${reply.message}`);
    return reply.data as unknown as Data; // the tool's own output schema has checked it
  };

  /** Captures everything to the far host while `work` runs. */
  async function captured(work: () => Promise<unknown>, options: object = {}): Promise<CaptureStatus> {
    const { session_id } = await ask<CaptureStarted>('start_packet_capture', {
      target: line.far,
      mode: 'domain',
      interface: line.iface,
      duration: 120,
      host,
      ...options,
    });
    await work();
    if (host === 'near') await settled(session_id);
    return ask<CaptureStatus>('stop_packet_capture', { session_id });
  }
  /** tcpdump is no part of this process, and far from it: what was sent is in the capture when it grows no more. */
  async function settled(session_id: string): Promise<void> {
    let before = 0;
    const isStill = async (): Promise<boolean> => {
      const { current_packet_count: now } = await ask<CaptureStatus>('get_capture_status', { session_id });
      const still = now > 0 && now === before;
      before = now;
      return still;
    };
    await expect.poll(isStill, { interval: 500, timeout: 20_000 }).toBe(true);
  }
  /** The last state of a capture that ends by itself. */
  const overOf = (session_id: string): Promise<CaptureStatus> =>
    new Promise(resolve => {
      const stop = lab.engine.subscribe('capture', { session_id }, event => {
        const status = event as CaptureStatus; // what the stream carries
        if (status.is_capturing) return;
        setImmediate(() => stop());
        resolve(status);
      });
    });
  const problems = async (work: () => Promise<unknown>, options: object = {}): Promise<Finding[]> =>
    (await captured(work, options)).analysis?.problems_detected ?? [];

  const get = (url: string): Promise<number> =>
    new Promise((resolve, reject) => {
      http
        .get(`http://${line.far}${url}`, { agent: false }, response => {
          response.resume();
          response.once('end', () => resolve(response.statusCode ?? 0));
          response.once('error', reject);
        })
        .once('error', reject);
    });
  /** How a connect ends. */
  const connect = (port: number, waitMs = 10_000): Promise<string> =>
    new Promise(resolve => {
      const socket = net.connect({ host: line.far, port });
      const timer = setTimeout(() => (socket.destroy(), resolve('timeout')), waitMs);
      socket.once('connect', () => (clearTimeout(timer), socket.destroy(), resolve('ok')));
      socket.once('error', error => (clearTimeout(timer), resolve('code' in error ? String(error.code) : '')));
    });

  test('a healthy exchange has no finding above info', async () => {
    const { analysis } = await captured(async () => {
      for (let request = 0; request < 3; request++) expect(await get('/')).toBe(200);
    });
    expect(analysis?.http_requests).toHaveLength(3);
    expect(serious(analysis?.problems_detected ?? [])).toEqual([]);
    expect(analysis?.capture).toMatchObject({ dropped_by_kernel: 0, truncated: 0 });
    const [connection] = analysis?.connection_analysis.connections ?? [];
    expect(connection).toMatchObject({ state: 'SF' });
    // A look at the sockets misses what is shorter; here the kernel tells it, of a remote host only from the first question on.
    if (host === 'localhost') expect(connection).toMatchObject({ pid: process.pid, attribution: 'exact' });
  });

  test('a refused port', async () => {
    const [found, ...others] = await problems(async () => expect(await connect(4_444)).toBe('ECONNREFUSED'));
    expect(found).toMatchObject({ id: 'tcp-connection-refused', flow: { b: { ip: line.far, port: 4_444 } } });
    expect(serious(others)).toEqual([]);
  });

  test('a SYN that vanishes', async () => {
    await run('ip', [
      'netns',
      'exec',
      line.namespace,
      'nft',
      'add table inet hole; add chain inet hole in { type filter hook input priority 0; }; add rule inet hole in tcp dport 4445 drop',
    ]);
    const { session_id } = await ask<CaptureStarted>('start_packet_capture', {
      target: line.far,
      mode: 'domain',
      interface: line.iface,
      duration: 4,
      host,
    });
    // Given up after the first SYN: the capture goes on for the three seconds an answer may take.
    expect(await connect(4_445, 300)).toBe('timeout');
    const status = await overOf(session_id);
    expect(status).toMatchObject({ status: 'completed', stop_reason: 'duration' });
    const found = status.analysis?.problems_detected ?? [];
    expect(serious(found)).toEqual([expect.stringMatching(/^(warning|critical) tcp-syn-unanswered$/)]);
  });

  test('one segment of twenty is lost', async () => {
    await line.be({ delay_ms: 10, lose_every: 20 });
    const found = await problems(() => get('/bulk'));
    // One of twenty, and what is sent again at once comes out of order: some three percent are known to be repeats.
    expect(serious(found)).toEqual([expect.stringMatching(/^(warning|critical) tcp-retransmission$/)]);
    expect(found.find(({ id }) => id === 'tcp-retransmission')?.evidence.length).toBeGreaterThan(0);
  });

  test('a round trip of 400 ms', async () => {
    await line.be({ delay_ms: 200 });
    expect(serious(await problems(() => get('/')))).toEqual(['notice tcp-handshake-slow']);
  });

  test('a window that closes', async () => {
    const found = await problems(async () => {
      const socket = net.connect({ host: line.far, port: 81 });
      await once(socket, 'connect');
      await new Promise(resolve => socket.write(Buffer.alloc(8_000_000), resolve));
      socket.destroy();
    });
    expect(serious(found)).toEqual(['warning tcp-zero-window']);
  });

  test('a reset in the middle of an answer', async () => {
    const found = await problems(() => get('/torn').catch(() => {}));
    expect(serious(found)).toEqual(['warning tcp-reset-midstream']);
  });

  test('a name that does not exist, and one nobody answers about', async () => {
    const resolver = new Resolver({ timeout: 5_500, tries: 1 });
    resolver.setServers([line.far]);
    const found = await problems(async () => {
      await resolver.resolve4('good.example.');
      await resolver.resolve4('missing.example.').catch(() => {});
      await resolver.resolve4('silent.example.').catch(() => {});
    });
    expect(serious(found)).toEqual(['warning dns-timeout', 'notice dns-nxdomain']);
  });

  test('a slow server, and one that fails', async () => {
    const found = await problems(async () => {
      expect(await get('/slow')).toBe(200);
      expect(await get('/broken')).toBe(500);
    });
    expect(serious(found).sort()).toEqual(['notice http-slow-ttfb', 'warning http-server-error']);
  });

  test('a TLS alert, and a certificate that has expired', async () => {
    const shake = (port: number, options: tls.ConnectionOptions): Promise<void> =>
      new Promise(resolve => {
        const socket = tls.connect({ host: line.far, port, rejectUnauthorized: false, servername: 'old.example', ...options });
        socket.once('close', () => resolve());
        socket.once('error', () => resolve());
        socket.resume();
      });
    const found = await problems(async () => {
      await shake(8_443, { maxVersion: 'TLSv1.2' });
      await shake(443, {});
    });
    expect(serious(found)).toEqual(['critical tls-alert', 'critical tls-cert-expired', 'notice tls-cert-self-signed']);
  });

  test('a path that swallows large packets', async () => {
    await line.be({ max_frame: 1_200 });
    const found = await problems(
      () =>
        new Promise<void>(resolve => {
          // Long enough for this machine to send again a few times.
          const request = http.request(`http://${line.far}/`, { agent: false, method: 'POST' });
          request.once('error', () => resolve());
          // The head goes first, by itself: small packets pass.
          request.flushHeaders();
          request.once('socket', socket => socket.once('connect', () => request.end(Buffer.alloc(200_000))));
          setTimeout(() => request.destroy(new Error('enough')), 4_000);
        }),
    );
    expect(serious(found)).toEqual(['critical mtu-blackhole']);
  });

  test('two hosts with one address', async () => {
    const found = await problems(
      () => run('ip', ['netns', 'exec', line.namespace, 'python3', path.join(LAB, 'claim-address.py'), 'eth0', line.nobody]),
      { target: 'auto', mode: 'diagnosis', filter: 'arp' },
    );
    expect(serious(found).map(each => each.split(' ')[1])).toEqual(['arp-duplicate-ip']);
  });
});
