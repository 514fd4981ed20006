import type { Progress, ToolReply } from '@shared/bridge';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import { listSome } from '@shared/list-some';
import { hostName, userName } from '@shared/model/host';
import { SCOPES, type Scope } from '@shared/model/settings';
import { type Language, type Text, text, translate } from '@shared/text/index';
import { z } from 'zod';
import type { ToolContext } from './context';
import { wordSource } from './word-source';

/** Who calls, through which door, and what it may do. */
export interface Caller {
  /** Token id, "interface" or "cli": limits are kept per caller. */
  id: string;
  door: 'mcp' | 'rest' | 'cli' | 'interface';
  scopes: ReadonlySet<Scope>;
  language: Language;
  /** The window of the desktop app: somebody sits at this machine. */
  isAtDesktop?: boolean;
}

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

export interface CallContext {
  signal: AbortSignal;
  progress: (progress: Progress) => void;
  caller: Caller;
}

export interface Tool {
  name: string;
  title: string;
  description: string;
  input: z.ZodType;
  output: z.ZodType;
  scope: Scope;
  /** `interface`: only the app's own pages and CLI (settings, tokens); agents never see it. */
  audience: 'everyone' | 'interface';
  /** MCP annotation: changes nothing on any machine. */
  readOnly: boolean;
  /** Server names of `GET /api/mcp/tools` (tool-contract section 5) that list it. */
  servers: readonly string[];
  /** Other spellings of parameters. */
  aliases: Readonly<Record<string, string>>;
  run(input: unknown, context: ToolContext, call: CallContext): Promise<unknown>;
  summarize(output: unknown, input: unknown): string | Text;
  /** The seed's own text form, where it has one. */
  textForm?: ((output: unknown) => string) | undefined;
}

export interface ToolDefinition<Input extends z.ZodType, Output extends z.ZodType> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  scope?: Scope;
  audience?: Tool['audience'];
  readOnly?: boolean;
  servers?: readonly string[];
  aliases?: Readonly<Record<string, string>>;
  run(input: z.output<Input>, context: ToolContext, call: CallContext): Promise<z.input<Output>>;
  summarize(output: z.output<Output>, input: z.output<Input>): string | Text;
  textForm?: (output: z.output<Output>) => string;
}

/** The whole definition of a tool; every door loops over these. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(definition: ToolDefinition<Input, Output>): Tool {
  // callTool parses with `input` and `output` before it calls run, summarize and textForm, so the casts in Tool hold.
  return { scope: 'read', audience: 'everyone', readOnly: true, servers: [], aliases: {}, ...definition } as unknown as Tool;
}

/**
 * An integer in a range; a string of digits only is taken for one, as language models send them.
 * State the default in the description: JSON Schema cannot show it through the preprocessing.
 */
export function integer(min: number, max: number, problem?: 'traffic.seconds') {
  const message = problem ?? `range:${min}:${max}`;
  return z.preprocess(
    value =>
      typeof value === 'string' && /^[0-9]{1,16}$/.test(value) ? Number(value) : Object.is(value, -0) ? Number.NaN : value,
    z.int({ error: message }).min(min, { error: message }).max(max, { error: message }),
  );
}

/** Parameters every measuring tool takes (tool-contract section 2), except `port`, which check_port_occupation uses otherwise. */
export const sshParams = {
  host: hostName
    .default('localhost')
    .describe('Where to measure. Default localhost; else the name or address of a configured host.'),
  ssh_port: integer(1, 65_535).optional().describe('SSH port of a remote host; overrides the configured one.'),
};
export const hostParams = {
  ...sshParams,
  port: integer(1, 65_535).optional().describe('SSH port of a remote host; ssh_port wins over it.'),
};
export const loginParams = {
  username: userName.optional().describe('SSH user for this call only; never stored. Prefer a configured host.'),
  password: z
    .string()
    .max(1024)
    .optional()
    .meta({ writeOnly: true })
    .describe('SSH password for this call only; never stored or logged. Discouraged: configure the host with a key.'),
};

/** Refuses what a token may not do. The hint is for the main token, which keeps what it has. @param name what was asked for */
export function requireScope({ scopes }: Caller, scope: Scope, name: string): void {
  if (scopes.has(scope)) return;
  const grant = SCOPES.filter(each => each === scope || scopes.has(each)).join(',');
  throw new NetsondeError('permission_denied', text('error.scope', { name, scope }), {
    hint: text('error.scope_hint', { grant }),
  });
}

/** Runs one tool for one caller: checks input and scope, measures, checks output, makes the envelope. Never throws. */
export async function callTool(
  tools: ReadonlyMap<string, Tool>,
  context: ToolContext,
  name: string,
  rawInput: unknown,
  caller: Caller,
  options: CallOptions = {},
): Promise<ToolReply<unknown>> {
  const signal = options.signal ?? new AbortController().signal;
  try {
    const tool = tools.get(name);
    if (!tool || (tool.audience === 'interface' && caller.door !== 'interface' && caller.door !== 'cli')) {
      throw new NetsondeError(
        'not_found',
        text('error.tool_missing', {
          name,
          list: listSome([...tools.values()].filter(({ audience }) => audience === 'everyone').map(each => each.name)),
        }),
      );
    }
    requireScope(caller, tool.scope, name);
    if (signal.aborted) throw new NetsondeError('cancelled', text('error.cancelled'));
    const input = parseInput(tool, rawInput);
    const { host, ...args } = input as Record<string, unknown>; // every input is an object
    // The pages' own tools speak of the book of this machine.
    if (tool.audience === 'everyone' && typeof host === 'string' && context.hosts.isRemote({ ...args, host }))
      requireScope(caller, 'remote', name);
    const elsewhere = tool.audience === 'everyone' && host !== undefined ? context.hosts.elsewhere(host) : null;
    if (elsewhere) return checked(tool, await elsewhere(name, args, caller.language, signal));
    const output = await tool.run(input, context, { signal, progress: options.onProgress ?? (() => {}), caller });
    const data = tool.output.parse(wordSource(output, caller.language));
    return { success: true, message: translate(tool.summarize(data, input), caller.language), data };
  } catch (thrown) {
    return failure(thrown, caller.language);
  }
}

/** What another Netsonde answered crosses the same border as what this one measures. */
function checked(tool: Tool, reply: ToolReply<unknown>): ToolReply<unknown> {
  return reply.success ? { ...reply, data: tool.output.parse(reply.data) } : reply;
}

/** The envelope of a failure, in the caller's language. An `internal` gets an id that stands in the log beside the stack. */
export function failure(thrown: unknown, language: Language): Extract<ToolReply<unknown>, { success: false }> {
  const error = asNetsondeError(thrown);
  if (error.code === 'internal') {
    const id = crypto.randomUUID();
    console.error(
      JSON.stringify({
        level: 'error',
        id,
        message: error.message,
        stack: error.stack,
        cause: error.cause instanceof Error ? error.cause.message : null,
      }),
    );
    return {
      success: false,
      message: translate(text('error.internal', { id }), language),
      data: error.data,
      error: { code: 'internal', hint: translate(text('error.internal_hint', { id }), language) },
    };
  }
  return {
    success: false,
    message: translate(error.text, language),
    data: error.data,
    error: { code: error.code, hint: translate(error.hintText, language) },
  };
}

function parseInput(tool: Tool, rawInput: unknown): unknown {
  const given = rawInput ?? {};
  if (typeof given !== 'object' || Array.isArray(given))
    throw new NetsondeError('invalid_argument', text('error.not_object', { name: tool.name }));
  const renamed = new Map<string, unknown>();
  for (const [key, value] of Object.entries(given)) {
    const name = Object.hasOwn(tool.aliases, key) ? (tool.aliases[key] ?? key) : key;
    if (renamed.has(name)) throw new NetsondeError('invalid_argument', text('error.twice', { name }));
    renamed.set(name, value);
  }
  const parsed = tool.input.safeParse(Object.fromEntries(renamed), { reportInput: true });
  if (parsed.success) return parsed.data;
  // An unknown name is most often a missing one misspelt: it is named first.
  const issue = parsed.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? parsed.error.issues[0];
  throw new NetsondeError('invalid_argument', describeIssue(issue, tool));
}

function describeIssue(issue: z.core.$ZodIssue | undefined, tool: Tool): Text {
  const name = issue?.path.join('.') || tool.name;
  if (!issue) return text('error.invalid', { name });
  if (issue.code === 'unrecognized_keys')
    return text('error.unknown_parameter', { name: issue.keys.join(', '), list: parameterNames(tool) });
  if (issue.code === 'invalid_type' && issue.input === undefined) return text('error.missing', { name });
  if (issue.message === 'traffic.seconds') return text('traffic.seconds');
  const range = /^range:(-?\d+):(-?\d+)$/.exec(issue.message);
  if (range) return text('error.range', { name, min: range[1] ?? '', max: range[2] ?? '' });
  if (issue.message === 'host' || issue.message === 'user') return text(`error.${issue.message}_name`, { name });
  if (issue.code === 'invalid_value') return text('error.one_of', { name, list: issue.values.map(String).join(', ') });
  return text('error.invalid_because', { name, reason: issue.message });
}

function parameterNames(tool: Tool): string {
  const { properties } = z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties ?? {}).join(', ');
}
