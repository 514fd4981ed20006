import type { ServerChannel } from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FakeOptions, type FakeSshd, fakeServer, fakeSshd, onShells } from '../support/hostile-ssh';
import { openRemoteLab, type RemoteLab } from '../support/remote-lab';

// Servers that no sshd would be: what they do must end within the limits and be named, and must get nothing.

let remote: RemoteLab;
const servers: { stop(): Promise<void> }[] = [];
let count = 0;

beforeAll(() => {
  remote = openRemoteLab();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.stop()));
});
afterAll(() => remote.stop());

const PASSWORD = 'canary-3d9b41';

/** Configures a host whose server is the test's, and whose password is known. */
async function hostOf(options: FakeOptions, isKnown = true): Promise<{ name: string; server: FakeSshd }> {
  const server = await fakeSshd(options);
  servers.push(server);
  if (isKnown) remote.known.add(server.hostKeyLine);
  const name = addHost(server.port);
  return { name, server };
}

function addHost(port: number): string {
  const name = remote.add({ name: `fake${++count}`, port });
  remote.secrets.set(`password:${name}`, PASSWORD);
  return name;
}

const list = (name: string) => remote.call('list_network_interfaces', name);

async function timed<Result>(work: Promise<Result>): Promise<[Result, number]> {
  const startedMs = performance.now();
  const result = await work;
  return [result, performance.now() - startedMs];
}

describe('a key that is not the known one', () => {
  test('gets no password: neither one that is unknown nor one that has changed', async () => {
    const stranger = await hostOf({}, false);
    expect(await list(stranger.name)).toMatchObject({ success: false, error: { code: 'host_key_unknown' } });
    const changed = await hostOf({}, false);
    const other = await hostOf({}, false);
    remote.known.add(other.server.hostKeyLine.replace(String(other.server.port), String(changed.server.port)));
    expect(await list(changed.name)).toMatchObject({ success: false, error: { code: 'host_key_changed' } });
    // Not even a user name: the hosts were left before any log-in.
    expect([stranger.server, changed.server].map(({ connections, tries }) => [connections, tries])).toEqual([
      [1, []],
      [1, []],
    ]);
  });
});

describe('a log-in', () => {
  test('by keyboard-interactive answers the one hidden question with the password', async () => {
    const answers: string[][] = [];
    const { name } = await hostOf({
      onAuth(context) {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        context.prompt([{ prompt: 'Password: ', echo: false }], given => {
          answers.push(given);
          context.accept();
        });
      },
      onReady: onShells(channel => channel.close()),
    });
    expect((await list(name)).error?.code).toBe('permission_denied'); // let in, and then without a shell
    expect(answers).toEqual([[PASSWORD]]);
  });

  test('gives no password to questions that would show it, or that are several', async () => {
    const answers: string[][] = [];
    const questions = [
      [{ prompt: 'Your name: ', echo: true }],
      [
        { prompt: 'A: ', echo: false },
        { prompt: 'B: ', echo: false },
      ],
      [],
    ];
    for (const prompts of questions) {
      const { name } = await hostOf({
        onAuth(context) {
          if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
          context.prompt(prompts, given => {
            answers.push(given);
            context.reject([]);
          });
        },
      });
      expect(await list(name)).toMatchObject({ error: { code: 'auth_failed' } });
    }
    expect(answers).toEqual([[''], ['', ''], []]);
  });

  test('that is refused says who was refused and what was tried, and is not tried over and over', async () => {
    const { name, server } = await hostOf({ onAuth: context => context.reject(['password']) });
    const first = await list(name);
    expect(first).toMatchObject({
      error: { code: 'auth_failed', hint: expect.stringContaining('password') },
      message: expect.stringContaining('did not let root in'),
    });
    for (let more = 0; more < 10; more++) expect((await list(name)).error?.code).toBe('auth_failed');
    expect(server.connections).toBe(2); // who mistyped may try once more at once, then it waits
    remote.secrets.set(`password:${name}`, 'another');
    await list(name);
    expect(server.tries.filter(tried => tried === `password:${PASSWORD}`)).toHaveLength(2);
    expect(server.tries.at(-1)).toBe('password:another');
  });

  test('goes on with the password when the agent does not answer', async () => {
    const { server } = await hostOf({ onReady: onShells(channel => channel.close()) });
    const agent = process.env.SSH_AUTH_SOCK;
    process.env.SSH_AUTH_SOCK = '/nonexistent/agent';
    try {
      const name = remote.add({ name: `fake${++count}`, port: server.port, agent: true });
      remote.secrets.set(`password:${name}`, PASSWORD);
      expect((await list(name)).error?.code).toBe('permission_denied');
      expect(server.tries).toContain(`password:${PASSWORD}`);
    } finally {
      if (agent === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = agent;
    }
  });
});

describe('a server that', () => {
  test('closes in the middle of its banner is unreachable, and says so at once', async () => {
    const server = await fakeServer(socket => socket.end('SSH-2.0-Open'));
    servers.push(server);
    const [reply, ms] = await timed(list(addHost(server.port)));
    expect(reply).toMatchObject({ error: { code: 'unreachable' } });
    expect(ms).toBeLessThan(5_000);
  });

  test('is a web server does not speak SSH', async () => {
    const server = await fakeServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    servers.push(server);
    expect(await list(addHost(server.port))).toMatchObject({ error: { code: 'unreachable' } });
  });

  test('sends 100 MB instead of a banner is left early', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const server = await fakeServer(socket => {
      const more = (): void => {
        while (sent < 100 * 1024 * 1024 && !socket.destroyed && socket.write(chunk)) sent += chunk.length;
      };
      socket.on('drain', more);
      more();
    });
    servers.push(server);
    expect(await list(addHost(server.port))).toMatchObject({ error: { code: 'unreachable' } });
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  test('drips its banner byte by byte, never answers a request for a session, or never answers its shell: 10 s each', async () => {
    const drip = await fakeServer(socket => {
      const timer = setInterval(() => socket.write('x'), 100);
      socket.on('close', () => clearInterval(timer));
    });
    const silent = await fakeServer(() => {});
    servers.push(drip, silent);
    const noSession = await hostOf({ onReady: connection => void connection.on('session', () => {}) });
    const noShell = await hostOf({ onReady: onShells(() => {}) });
    const deaf = await hostOf({ onReady: () => {} });
    const names = [addHost(drip.port), addHost(silent.port), noSession.name, noShell.name, deaf.name];
    const replies = await Promise.all(names.map(name => timed(list(name))));
    for (const [reply, ms] of replies) {
      expect(reply.success).toBe(false);
      expect(['unreachable', 'timeout', 'permission_denied']).toContain(reply.error?.code);
      expect(ms).toBeLessThan(13_000);
    }
  });

  test('opens no session at all says so', async () => {
    const { name } = await hostOf({ onReady: connection => void connection.on('session', (_accept, reject) => reject()) });
    expect(await list(name)).toMatchObject({
      error: { code: 'permission_denied', hint: expect.stringContaining('MaxSessions') },
    });
  });

  test('greets and hangs up is quoted, without what could steer a terminal', async () => {
    const { name } = await hostOf({
      onReady: onShells(channel => {
        channel.write('\u001b\r\n\u001b]0;owned\u0007Go \u202eaway\r\n');
        channel.exit(1);
        channel.close();
      }),
    });
    const reply = await list(name);
    expect(reply).toMatchObject({ error: { code: 'permission_denied' } });
    expect(reply.message).toContain(']0;ownedGo away');
    expect(reply.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  test('floods the shell with bytes that never end is left early', async () => {
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const flood = (channel: ServerChannel): void => {
      let isOpen = true;
      channel.on('close', () => {
        isOpen = false;
      });
      const more = (): void => {
        if (!isOpen) return;
        if (channel.write(chunk)) setImmediate(more);
        else channel.once('drain', more);
      };
      more();
    };
    const { name } = await hostOf({ onReady: onShells(flood) });
    const before = process.memoryUsage().rss;
    const [reply, ms] = await timed(list(name));
    expect(reply).toMatchObject({ success: false, error: { code: 'permission_denied' } });
    expect(ms).toBeLessThan(5_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test('answers the first questions with nonsense is of an unknown system', async () => {
    const { name } = await hostOf({
      onReady: onShells(channel => {
        let line = '';
        channel.on('data', (chunk: Buffer) => {
          line += chunk.toString();
          if (!line.endsWith('\n')) return;
          const mark = /[0-9a-f]{32}/.exec(line)?.[0] ?? '';
          line = '';
          channel.write(`\u0000\u001b[31mBeOS\n${'\n'.repeat(50)}${mark}.\n`);
          channel.stderr.write(`${mark}: -1\n${mark}= -9\n${mark}.\n`);
        });
      }),
    });
    const reply = await list(name);
    expect(reply).toMatchObject({ error: { code: 'unsupported' }, message: expect.stringContaining('[31mBeOS') });
    expect(reply.message).not.toContain('\u001b');
  });
});
