import { networkInterfaces } from 'node:os';
import { NetsondeError } from '@shared/errors';
import { type Text, text } from '@shared/text/index';
import { VERSION } from '../../version';
import { listTools, ports, traffic } from '../commands';
import { type CommandOptions, runTool } from '../run-tool';
import { FLAGS, parseFlags, sinceDuration } from './flags';
import { textOf } from './text-of';

/** A command of the interactive mode. Names and descriptions are text forms of the contract: never translated. */
export interface SessionCommand {
  name: string;
  description: string;
  /** What Tab offers behind it. */
  completions: () => string[];
  run(words: string[], options: CommandOptions): Promise<unknown>;
}

const FLAG_NAMES = Object.keys(FLAGS);

/** A command that asks one tool with the flags of seed 002. */
function asks(name: string, tool: string, description: string, isList = false): SessionCommand {
  return {
    name,
    description,
    completions: () => FLAG_NAMES,
    run(words, options) {
      const { input, rest } = parseFlags(words);
      if (rest.length > 0) throw unexpected(rest[0] ?? '');
      return runAndPrint(tool, isList ? sinceDuration(input, Date.now()) : input, options);
    },
  };
}

/** A tool that a later version brings. */
function later(name: string, description: string, message: Text): SessionCommand {
  return { name, description, completions: () => [], run: () => Promise.reject(new NetsondeError('unsupported', message)) };
}

export const SESSION_COMMANDS: readonly SessionCommand[] = [
  asks('summary', 'get_network_summary', 'Get network connection summary'),
  asks('list', 'list_connections', 'List recent connections', true),
  asks('analyze', 'analyze_patterns', 'Analyze connection patterns'),
  {
    name: 'insights',
    description: 'Get AI insights about network behavior',
    completions: () => [],
    run(words, options) {
      if (words.length === 0) throw new NetsondeError('invalid_argument', text('repl.no_text'));
      return runAndPrint('ai_insights', { summary_text: words.join(' ') }, options);
    },
  },
  asks('dropsummary', 'get_packet_drop_summary', 'Get packet drop summary'),
  asks('droplist', 'list_packet_drops', 'List recent packet drops', true),
  {
    name: 'traffic',
    description: 'Measure an interface: traffic [interface] [--duration seconds]',
    completions: () => [...Object.keys(networkInterfaces()), '--duration'],
    run(words, options) {
      const {
        input: { duration, ...others },
        rest: [iface, more],
      } = parseFlags(words);
      refuseFlags('traffic', others);
      if (more !== undefined) throw unexpected(more);
      return traffic(iface, { seconds: duration }, options);
    },
  },
  {
    name: 'ports',
    description: 'Show who holds a port, or all that listen: ports [number]',
    completions: () => [],
    run(words, options) {
      const {
        input,
        rest: [port, more],
      } = parseFlags(words);
      refuseFlags('ports', input);
      if (more !== undefined) throw unexpected(more);
      return ports(port, { udp: false }, options);
    },
  },
  {
    name: 'capture',
    description: 'Capture packets and show the problems in them: capture [target] [--duration seconds]',
    completions: () => ['web', 'auto', ...Object.keys(networkInterfaces()), '--duration'],
    async run(words, options) {
      const {
        input: { duration, ...others },
        rest: [target = 'auto', more],
      } = parseFlags(words);
      refuseFlags('capture', others);
      if (more !== undefined) throw unexpected(more);
      const { capture } = await import('../captures/capture');
      return capture(target, { duration: duration === undefined ? '10' : String(duration) }, options);
    },
  },
  later(
    'diagnose',
    'Find out why a target cannot be reached (with a later version)',
    text('repl.no_diagnosis', { version: VERSION }),
  ),
  {
    name: 'tools',
    description: 'Show available MCP tools',
    completions: () => [],
    run: (_words, options) => listTools({ markdown: false }, options),
  },
];

/** Of the session itself. */
export const HELP = 'help';
export const ENDS = ['quit', 'exit'];

export function commandList(): string {
  const lines = [
    ...SESSION_COMMANDS,
    { name: HELP, description: 'Show this help message' },
    { name: ENDS.join('/'), description: 'Exit interactive mode' },
  ].map(({ name, description }) => `  ${name.padEnd(12)} - ${description}`);
  return ['Available commands:', ...lines].join('\n');
}

async function runAndPrint(name: string, input: Record<string, unknown>, options: CommandOptions): Promise<boolean> {
  const { tools } = await import('../../engine/tools/index');
  const tool = tools.find(each => each.name === name);
  if (!tool) throw new NetsondeError('unsupported', text('error.tool_missing', { name, list: '' }));
  return runTool<unknown>(name, input, options, (data, message, print) => print.line(textOf(tool, data, message)));
}

function unexpected(word: string): NetsondeError {
  return new NetsondeError('invalid_argument', text('repl.unexpected', { word: word.slice(0, 80) }));
}

function refuseFlags(command: string, input: object): void {
  const [given] = Object.keys(input);
  const flag = Object.entries(FLAGS).find(([, parameter]) => parameter === given)?.[0];
  if (flag) throw new NetsondeError('invalid_argument', text('repl.no_such_flag', { command, flag }));
}
