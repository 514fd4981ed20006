import { NetsondeError } from '@shared/errors';
import { listSome } from '@shared/list-some';
import { type Language, type TextKey, text, translate } from '@shared/text/index';
import { Option } from 'commander';
import { createHome } from '../../home';
import { openTarget } from '../caller';
import { askTool } from '../run-tool';

const EXIT_OK = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

interface NetspyOptions {
  tool?: string;
  pid?: string;
  process?: string;
  duration?: string;
  maxEvents?: string;
  summaryText?: string;
  server?: string;
  json: boolean;
  verbose: boolean;
}

/** Heading of the options below. */
export const NETSPY_GROUP = 'Without a command:';

/** The options of the command line without a command. */
export function netspyOptions(language: Language): Option[] {
  const option = (flags: string, key: TextKey): Option =>
    new Option(flags, translate(text(key), language)).helpGroup(NETSPY_GROUP);
  return [
    option('--tool <name>', 'cli.netspy_tool'),
    option('--pid <number>', 'cli.netspy_pid'),
    option('--process <name>', 'cli.netspy_process'),
    option('--duration <seconds>', 'cli.netspy_duration'),
    option('--max-events <count>', 'cli.netspy_max_events'),
    option('--summary-text <text>', 'cli.netspy_summary_text'),
  ];
}

const WITH_VALUE = new Set(['--server', '--pid', '--process', '--duration', '--max-events', '--summary-text']);

/** Whether a command line is one of seed 002: no command, or `--tool` before the first word that could be one. */
export function isNetspyLine(argv: readonly string[]): boolean {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (['-h', '--help', '-V', '--version'].includes(word)) return false;
    if (word === '--tool' || word.startsWith('--tool=')) return true;
    if (!word.startsWith('-')) return false;
    if (WITH_VALUE.has(word)) at++;
  }
  return true;
}

/** Runs `--tool NAME …`, or the interactive mode. @returns the exit code: 0, 1 when the tool failed, 2 for wrong usage */
export async function runNetspy(options: NetspyOptions, language: Language): Promise<number> {
  const input = dropUndefined({
    pid: options.pid,
    process_name: options.process,
    duration: options.duration,
    max_events: options.maxEvents,
    summary_text: options.summaryText,
  });
  if (options.tool !== undefined) return runSingle(options.tool, input, { ...options, language });
  if (Object.keys(input).length > 0) throw new NetsondeError('invalid_argument', text('cli.netspy_no_tool'));

  const target = openTarget({
    staysOpen: true,
    server: options.server,
    language,
    verbose: options.verbose ? message => void process.stderr.write(`${message}\n`) : () => {},
  });
  try {
    const { runInteractive } = await import('./interactive');
    await runInteractive({
      ...options,
      language,
      target,
      input: process.stdin,
      output: process.stdout,
      history: createHome(process.env).file('data', 'history'),
    });
    return EXIT_OK;
  } finally {
    await target.close();
    process.stdin.destroy(); // an input that stays open would keep the process after `quit`
  }
}

async function runSingle(
  name: string,
  input: Record<string, string>,
  options: NetspyOptions & { language: Language },
): Promise<number> {
  const [{ tools }, { textOf }] = await Promise.all([import('../../engine/tools/index'), import('./text-of')]);
  const known = tools.filter(({ audience }) => audience === 'everyone');
  const tool = known.find(each => each.name === name);
  if (!tool) {
    throw new NetsondeError(
      'invalid_argument',
      text('error.tool_missing', { name: name.slice(0, 64), list: listSome(known.map(each => each.name)) }),
    );
  }
  const reply = await askTool<unknown>(name, input, options, (data, message, print) => print.line(textOf(tool, data, message)));
  if (reply.success) return EXIT_OK;
  return reply.error.code === 'invalid_argument' ? EXIT_USAGE : EXIT_FAILED;
}

function dropUndefined(input: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(input).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
