import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { asNetsondeError } from '@shared/errors';
import { translate } from '@shared/text/index';
import type { KeptFile } from '../../engine/services/kept-file';
import type { CliTarget } from '../caller';
import { printError } from '../print-error';
import type { CommandOptions } from '../run-tool';
import { commandList, ENDS, HELP, SESSION_COMMANDS } from './commands';
import { openHistory } from './history';
import { splitWords } from './split-words';

/** Forms of the contract (section 4): never translated. */
const BANNER = '🔗 Network Telemetry MCP Server\nStarting interactive mode...\n';
const PROMPT = 'netspy-mcp> ';
const unknownCommand = (name: string): string => `Error: unknown command: ${name} (type 'help' for available commands)`;

export interface SessionOptions extends CommandOptions {
  target: CliTarget;
  input: Readable & { isTTY?: boolean };
  output: NodeJS.WriteStream;
  /** Where typed lines are kept; null: nowhere. */
  history: KeptFile | null;
}

/**
 * Reads commands until `quit`, Ctrl-D or the end of input. In a terminal with history and completion; from a pipe each line
 * is echoed behind the prompt, so that what comes out reads like the session it stands for.
 */
export async function runInteractive(options: SessionOptions): Promise<void> {
  const { input, output, language } = options;
  const terminal = input.isTTY === true && output.isTTY === true;
  const print = (line: string): void => void output.write(`${line}\n`);
  const complain = (thrown: unknown): void => {
    const { text, hintText } = asNetsondeError(thrown);
    printError(translate(text, language), translate(hintText, language), language, output);
  };

  print(BANNER);
  print(commandList());
  print('');
  const history = terminal && options.history ? openHistory(options.history, complain) : null;
  const reader = createInterface({
    input,
    terminal,
    prompt: PROMPT,
    ...(terminal && { output, completer: complete }),
    ...(history && { history: [...history.lines], removeHistoryDuplicates: true }),
  });
  if (history) reader.on('history', (lines: string[]) => history.update(lines));
  let running: AbortController | undefined;
  reader.on('SIGINT', () => {
    if (running) running.abort();
    else if (reader.line === '') reader.close();
    else clearTyped(reader);
  });

  if (terminal) reader.prompt();
  for await (const line of reader) {
    if (!terminal) print(`${PROMPT}${line}`);
    running = new AbortController();
    const goOn = await obey(line, { ...options, signal: running.signal }, { print, complain });
    running = undefined;
    if (!goOn) break;
    if (terminal) reader.prompt();
  }
  reader.close();
  if (terminal) print('');
}

/** @returns false when the session ends */
async function obey(
  line: string,
  options: CommandOptions,
  { print, complain }: { print: (line: string) => void; complain: (thrown: unknown) => void },
): Promise<boolean> {
  try {
    const [name, ...words] = splitWords(line);
    if (name === undefined) return true;
    if (ENDS.includes(name)) return false;
    const command = SESSION_COMMANDS.find(each => each.name === name);
    if (name === HELP) print(commandList());
    else if (command) await command.run(words, options);
    else print(unknownCommand(name));
  } catch (thrown) {
    complain(thrown);
  }
  return true;
}

/** Empties the line as Ctrl-U and Ctrl-K do. */
function clearTyped(reader: Interface): void {
  reader.write(null, { ctrl: true, name: 'e' });
  reader.write(null, { ctrl: true, name: 'u' });
}

/** What can stand where the cursor is. */
export function complete(line: string): [string[], string] {
  const words = line.trimStart().split(/\s+/);
  const typed = words.at(-1) ?? '';
  const offered =
    words.length <= 1
      ? [...SESSION_COMMANDS.map(({ name }) => name), HELP, ...ENDS]
      : (SESSION_COMMANDS.find(({ name }) => name === words[0])?.completions() ?? []).filter(
          each => !words.slice(1, -1).includes(each),
        );
  return [offered.filter(each => each.startsWith(typed)).map(each => `${each} `), typed];
}
