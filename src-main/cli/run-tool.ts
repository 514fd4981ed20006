import type { Progress, ToolReply } from '@shared/bridge';
import type { Coverage, Source } from '@shared/model/source';
import { type Language, text, translate } from '@shared/text/index';
import { type CliTarget, openTarget } from './caller';
import { printError } from './print-error';
import type { GlobalOptions } from './program';
import { progressLine } from './progress-line';
import { type Column, formatTable, stylesFor } from './table';

/** What every command gets: the options before the command, and the language of the terminal. */
export interface CommandOptions extends GlobalOptions {
  language: Language;
  /** Of a session, which keeps it open; else one is opened for this call. */
  target?: CliTarget;
  /** The tool is one of the interface's own. */
  asUser?: boolean;
  /** Cancels instead of Ctrl-C: a session reads its keys itself. */
  signal?: AbortSignal;
  /** Default: stdout. */
  output?: NodeJS.WriteStream;
}

type Reply<Data> = ToolReply<Data>;
export interface Print {
  line: (message?: string) => void;
  table: <Row>(rows: readonly Row[], columns: readonly Column<Row>[]) => void;
  say: (...args: Parameters<typeof text>) => string;
  style: ReturnType<typeof stylesFor>;
}

/** @returns false when the tool failed */
export async function runTool<Data>(...call: Parameters<typeof askTool<Data>>): Promise<boolean> {
  return (await askTool<Data>(...call)).success;
}

/** Opens the target, cancels on Ctrl-C, prints JSON or hands the result to `show`. */
export async function askTool<Data>(
  name: string,
  input: Record<string, unknown>,
  options: CommandOptions,
  show: (data: Data, message: string, print: Print) => void,
): Promise<Reply<Data>> {
  const { json, language } = options;
  const started = performance.now();
  const log = options.verbose ? (message: string) => process.stderr.write(`${message}\n`) : () => {};
  const interrupt = options.signal ? { signal: options.signal, stop: () => {} } : cancelOnInterrupt();
  const progress = progressLine();
  const onProgress = ({ message }: Progress): void => {
    if (!json) progress.show(translate(text('cli.measuring', { message }), language));
  };
  // Another host is a matter of the user, whom the command line speaks for; an agent's token needs the scope.
  const asUser = options.asUser ?? input.host !== undefined;
  const target = options.target ?? openTarget({ server: options.server, language, verbose: log, asUser });
  const output = options.output ?? process.stdout;
  try {
    const asked = target.call(name, dropUndefined(input), { signal: interrupt.signal, onProgress });
    // The border checks both ways: the envelope holds what the tool's own output schema describes.
    const reply = (await asked.finally(progress.clear)) as Reply<Data>;
    logSource(reply, log, performance.now() - started);
    if (json) {
      output.write(`${JSON.stringify(reply, null, output.isTTY ? 2 : undefined)}\n`);
      return reply;
    }
    if (!reply.success) {
      printError(reply.message, reply.error.hint, language, options.output);
      return reply;
    }
    show(reply.data, reply.message, printer(language, output));
    printSource(reply.data, language);
    return reply;
  } finally {
    interrupt.stop();
    if (!options.target) await target.close();
  }
}

const EXIT_INTERRUPTED = 130;
/** The launcher passes on a Ctrl-C that the terminal has sent to both: within this time it is the same one. */
const SAME_INTERRUPT_MS = 500;

/** The first Ctrl-C cancels the call and waits for what was measured till then; another one ends the process. */
export function cancelOnInterrupt(): { signal: AbortSignal; stop: () => void } {
  const abort = new AbortController();
  let firstMs: number | undefined;
  const onInterrupt = (): void => {
    firstMs ??= performance.now();
    abort.abort();
    if (performance.now() - firstMs > SAME_INTERRUPT_MS) process.exit(EXIT_INTERRUPTED);
  };
  process.on('SIGINT', onInterrupt);
  return { signal: abort.signal, stop: () => process.off('SIGINT', onInterrupt) };
}

export function dropUndefined(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

export function printer(language: Language, output: NodeJS.WriteStream = process.stdout): Print {
  const style = stylesFor(output);
  const width = output.isTTY ? output.columns : null;
  return {
    line: (message = '') => void output.write(`${message}\n`),
    table: (rows, columns) => void output.write(`${formatTable(rows, columns, { width, bold: style.bold })}\n`),
    say: (...args) => translate(text(...args), language),
    style,
  };
}

function sourceOf(data: unknown): Source | undefined {
  return data && typeof data === 'object' && 'source' in data ? (data.source as Source) : undefined; // every result carries one
}

/** That not all of the time asked for was seen: then "nothing" may be "not seen". They name when watching began. */
function coverageCaveats(data: unknown, { caveats }: Source): string[] {
  if (!data || typeof data !== 'object' || !('coverage' in data)) return [];
  const since = (data.coverage as Coverage | null)?.since; // every history carries one
  return since === undefined ? [] : caveats.filter(caveat => caveat.includes(since));
}

/** One quiet line: where the numbers come from, and what would be better. Never mixed into the rows on stdout of a pipe. */
function printSource(data: unknown, language: Language): void {
  const source = sourceOf(data);
  if (!source) return;
  const { warn, dim } = stylesFor(process.stderr);
  for (const caveat of coverageCaveats(data, source)) process.stderr.write(`${dim(caveat)}\n`);
  if (!source.degraded) return;
  process.stderr.write(`${warn(translate(text('cli.degraded', { backend: source.backend }), language))}${source.reason ?? ''}\n`);
  for (const { hint } of source.remedies) if (hint) process.stderr.write(`${dim(hint)}\n`);
}

function logSource(reply: Reply<unknown>, log: (message: string) => void, elapsedMs: number): void {
  const source = sourceOf(reply.data);
  log(`Answered in ${elapsedMs.toFixed(1)} ms${source ? ` by ${source.backend} (${source.duration_ms} ms)` : ''}.`);
  if (source?.reason) log(source.reason);
  for (const { backend, hint } of source?.remedies ?? []) log(`${backend}: ${hint}`);
  for (const caveat of source?.caveats ?? []) log(caveat);
}
