import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';

/** The flags of seed 002 and the parameters they fill; numbers are checked by the tools. */
export const FLAGS = {
  '--pid': 'pid',
  '--process': 'process_name',
  '--duration': 'duration',
  '--max-events': 'max_events',
} as const;
type Flag = keyof typeof FLAGS;
export type ToolInput = Partial<Record<(typeof FLAGS)[Flag], string>>;

export interface ParsedWords {
  input: ToolInput;
  /** What is no flag. */
  rest: string[];
}

/**
 * Flags and other words, `--pid 5` or `--pid=5`.
 * @throws NetsondeError invalid_argument for an unknown flag, one without a value or one given twice
 */
export function parseFlags(words: readonly string[]): ParsedWords {
  const input: ToolInput = {};
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('--')) {
      rest.push(word);
      continue;
    }
    const [name = '', attached] = word.split(/=(.*)/s);
    if (!isFlag(name))
      throw new NetsondeError('invalid_argument', text('repl.unknown_flag', { name, list: Object.keys(FLAGS).join(', ') }));
    const value = attached ?? words[++at];
    if (value === undefined || (attached === undefined && value.startsWith('--')))
      throw new NetsondeError('invalid_argument', text('cli.missing_value', { name }));
    if (input[FLAGS[name]] !== undefined) throw new NetsondeError('invalid_argument', text('error.twice', { name }));
    input[FLAGS[name]] = value;
  }
  return { input, rest };
}

function isFlag(name: string): name is Flag {
  return Object.hasOwn(FLAGS, name);
}

/** Lists take a beginning instead of a length of time: `list --duration 60` is the last minute. */
export function sinceDuration({ duration, ...input }: ToolInput, nowMs: number): ToolInput & { since?: string } {
  if (duration === undefined) return input;
  const seconds = Number(duration);
  if (!/^[0-9]{1,9}$/.test(duration) || seconds < 1 || seconds > MAX_SECONDS)
    throw new NetsondeError('invalid_argument', text('error.range', { name: '--duration', min: 1, max: MAX_SECONDS }));
  return { ...input, since: new Date(nowMs - seconds * 1_000).toISOString() };
}

const MAX_SECONDS = 86_400;
