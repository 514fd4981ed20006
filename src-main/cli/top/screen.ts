import { emitKeypressEvents } from 'node:readline';
import { styleText } from 'node:util';
import type { Key } from './controls';
import type { Line } from './view';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J';
const LEAVE = '\u001b[?25h\u001b[?1049l';
/** A terminal that knows these shows a frame only when it is whole; others ignore them. */
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';

/** A serial line and some terminals of scripts do not know their size: 0. */
const DEFAULT_WIDTH = 80;
const DEFAULT_HEIGHT = 24;

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Writes only the lines that are not the same as before. */
  draw(lines: readonly Line[]): void;
  /** Gives the terminal back, and takes it again when the process goes on. */
  suspend(): void;
  /** Puts the terminal back as it was. */
  leave(): void;
}

export interface ScreenEvents {
  onKey: (key: Key) => void;
  onResize: () => void;
}

/** Takes over the terminal until `leave`; the end of the process, however it comes, gives it back. */
export function openScreen(
  { onKey, onResize }: ScreenEvents,
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stdout,
): Screen {
  let before: string[] = [];
  let entered = false;

  const enter = (): void => {
    entered = true;
    before = [];
    input.setRawMode(true);
    input.resume();
    output.write(ENTER);
  };
  const giveBack = (): void => {
    if (!entered) return;
    entered = false;
    output.write(LEAVE);
    input.setRawMode(false);
    input.pause();
  };
  const onKeypress = (_typed: string | undefined, key: Key): void => onKey(key);
  const resized = (): void => {
    before = [];
    output.write('\u001b[2J');
    onResize();
  };
  const onContinue = (): void => {
    enter();
    onResize();
  };

  emitKeypressEvents(input);
  input.on('keypress', onKeypress);
  output.on('resize', resized);
  process.on('SIGCONT', onContinue);
  process.once('exit', giveBack); // also after an error nobody caught
  enter();

  return {
    get width() {
      return output.columns || DEFAULT_WIDTH;
    },
    get height() {
      return output.rows || DEFAULT_HEIGHT;
    },
    draw(lines) {
      if (!entered) return;
      const now = lines.map(line => (line.style ? paint(line.text, line.style, output) : line.text));
      const changes = now.flatMap((line, index) => (line === before[index] ? [] : [`\u001b[${index + 1};1H${line}\u001b[K`]));
      before = now;
      if (changes.length > 0) output.write(`${BEGIN_FRAME}${changes.join('')}${END_FRAME}`);
    },
    suspend() {
      giveBack();
      process.kill(0, 'SIGTSTP'); // the whole group: the launcher stands before us
    },
    leave() {
      giveBack();
      input.off('keypress', onKeypress);
      output.off('resize', resized);
      process.off('SIGCONT', onContinue);
      process.off('exit', giveBack);
    },
  };
}

const STYLES = { bold: 'bold', dim: 'dim', warn: 'yellow', good: 'green' } as const;

function paint(text: string, style: keyof typeof STYLES, stream: NodeJS.WriteStream): string {
  return styleText(STYLES[style], text, { stream });
}
