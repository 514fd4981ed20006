import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ERASE = new Set(['\u007f', '\b']);

/**
 * Asks for a password without showing it. From a pipe the first line is taken, without a question.
 * @throws NetsondeError invalid_argument for nothing, cancelled for Ctrl-C
 */
export async function askSecret(question: string): Promise<string> {
  const secret = process.stdin.isTTY ? await typed(question) : await firstLine();
  if (secret === '') throw new NetsondeError('invalid_argument', text('hosts.cli_no_secret'));
  return secret;
}

/** @returns whether the answer is yes. @throws NetsondeError invalid_argument where there is no terminal */
export async function askYes(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new NetsondeError('invalid_argument', text('hosts.cli_no_terminal'), { hint: text('hosts.cli_no_terminal_hint') });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|是)$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}

function typed(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // Before the question: who types at once would else be seen.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.setEncoding('utf8');
  return new Promise<string>((resolve, reject) => {
    let secret = '';
    const end = (): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    function onData(chunk: string | Buffer): void {
      for (const character of String(chunk)) {
        if (character === CTRL_C) {
          end();
          return reject(new NetsondeError('cancelled', text('error.cancelled')));
        }
        if (character === '\r' || character === '\n' || character === CTRL_D) {
          end();
          return resolve(secret);
        }
        if (ERASE.has(character)) secret = Array.from(secret).slice(0, -1).join('');
        else secret += character;
      }
    }
    stdin.on('data', onData);
    stdin.resume();
  });
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  const ended = once(lines, 'close').then(() => ['']);
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  lines.close();
  return String(line);
}
