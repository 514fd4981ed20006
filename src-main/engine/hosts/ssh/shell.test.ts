import { PassThrough } from 'node:stream';
import type { Client } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { openShell, type Shell } from './shell';

// Only the framing of bytes: what a real shell at a real sshd says is in test/integration.

/** The other end of a shell: each line that is sent is answered by the test. */
class FakeChannel extends PassThrough {
  readonly stderr = new PassThrough();
  readonly lines: string[] = [];
  onLine: (line: string) => void = () => {};
  isClosed = false;

  override write(line: string): boolean {
    this.lines.push(line);
    this.onLine(line);
    return true;
  }
  override end(): this {
    return this;
  }
  close(): void {
    this.isClosed = true;
  }
  signal(): void {}
  out(...chunks: (string | Buffer)[]): void {
    for (const chunk of chunks) this.emit('data', Buffer.from(chunk));
  }
  err(...chunks: (string | Buffer)[]): void {
    for (const chunk of chunks) this.stderr.emit('data', Buffer.from(chunk));
  }
}

const markOf = (line: string): string => /[0-9a-f]{32}/.exec(line)?.[0] ?? '';

async function open(): Promise<{ shell: Shell; channel: FakeChannel; started: FakeChannel[] }> {
  const started: FakeChannel[] = [];
  const client = {
    exec(_command: string, done: (error: undefined, channel: FakeChannel) => void) {
      const channel = new FakeChannel();
      started.push(channel);
      channel.onLine = line => {
        const mark = markOf(line);
        channel.err(`${mark}.\n`);
        channel.out(`Welcome!\n${mark}.\n`);
      };
      done(undefined, channel);
    },
  } as unknown as Client; // the shell uses exec alone
  const shell = await openShell(client, 'web1');
  const [channel] = started;
  if (!channel) throw new Error('no session was started');
  return { shell, channel, started };
}

describe('the answer of a shell', () => {
  const run = (shell: Shell, maxBytes?: number) =>
    shell.run(['program'], { timeoutMs: 10_000, ...(maxBytes !== undefined && { maxBytes }) });

  test('is whole when each byte of it comes by itself', async () => {
    const { shell, channel } = await open();
    channel.onLine = line => {
      const mark = markOf(line);
      channel.err(...`${mark}: 42\ncomplaint\n${mark}= 3\n${mark}.\n`.split(''));
      channel.out(...Array.from(Buffer.from(`žluť\n${mark}.\n`), byte => Buffer.from([byte])));
    };
    expect(await run(shell)).toEqual({ stdout: 'žluť\n', stderr: 'complaint\n', exitCode: 3, truncated: false });
  });

  test('is empty when nothing was said, and the next one does not get what came late', async () => {
    const { shell, channel } = await open();
    channel.onLine = line => {
      const mark = markOf(line);
      channel.out(`${mark}.\n`, 'late');
      channel.err(`${mark}: 42\n${mark}= 0\n${mark}.\n`, 'late as well\n');
    };
    const silent = { stdout: '', stderr: '', exitCode: 0, truncated: false };
    expect(await run(shell)).toEqual(silent);
    expect(await run(shell)).toEqual(silent);
  });

  test('ends at its own mark alone, whatever it holds', async () => {
    const { shell, channel } = await open();
    const marks: string[] = [];
    channel.onLine = line => {
      const mark = markOf(line);
      marks.push(mark);
      channel.err(`${mark}: 42\n${mark}= 0\n${mark}.\n`);
      channel.out(`${'0'.repeat(32)}.\n${marks[0] === mark ? '' : `${marks[0]}.\n`}${mark.slice(0, 31)}\n`, `${mark}.\n`);
    };
    await run(shell);
    const { stdout } = await run(shell);
    expect(marks[0]).not.toBe(marks[1]);
    expect(stdout).toBe(`${'0'.repeat(32)}.\n${marks[0]}.\n${marks[1]?.slice(0, 31)}\n`);
  });

  test('keeps NUL and makes U+FFFD of bytes that are no UTF-8', async () => {
    const { shell, channel } = await open();
    channel.onLine = line => {
      const mark = markOf(line);
      channel.err(`${mark}: 42\n${mark}= 0\n${mark}.\n`);
      channel.out(Buffer.from([0x61, 0, 0xc3]), `\n${mark}.\n`);
    };
    expect((await run(shell)).stdout).toBe('a\0\ufffd\n');
  });

  test('keeps the end of the complaints', async () => {
    const { shell, channel } = await open();
    channel.onLine = line => {
      const mark = markOf(line);
      channel.err(`${mark}: 42\n`);
      for (let count = 0; count < 2_000; count++) channel.err(`warning ${count}\n`);
      channel.err(`the last word\n${mark}= 1\n${mark}`, '.\nof a child that lives on');
      channel.out(`${mark}.\n`);
    };
    const { stderr, exitCode } = await run(shell);
    expect(exitCode).toBe(1);
    expect(stderr.endsWith('warning 1999\nthe last word\n')).toBe(true);
    expect(stderr.length).toBe(8 * 1024);
  });

  test('is cut at its limit when 100 MB come, and the program is ended', async () => {
    const { shell, channel, started } = await open();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    channel.onLine = line => {
      const mark = markOf(line);
      channel.err(`${mark}: 42\n`);
      for (let count = 0; count < 100; count++) channel.out(chunk);
      channel.err(`${mark}= 143\n${mark}.\n`);
      channel.out(`${mark}.\n`);
    };
    const { stdout, truncated } = await run(shell, 1_000_000);
    expect([stdout.length, truncated]).toEqual([1_000_000, true]);
    expect(started).toHaveLength(2); // one more session, to end it
    expect(shell.isOpen).toBe(false);
  });

  test('is ssh_lost when the session ends in the middle', async () => {
    const { shell, channel } = await open();
    channel.onLine = line => {
      channel.out(`half of ${markOf(line)}`);
      channel.emit('close');
    };
    await expect(run(shell)).rejects.toMatchObject({ code: 'ssh_lost' });
    await expect(run(shell)).rejects.toMatchObject({ code: 'ssh_lost' });
  });
});
