import { asNetsondeError, NetsondeError } from '@shared/errors';
import { type Language, pickLanguage, type Text, text, translate } from '@shared/text/index';
import { Command, CommanderError, Help, type Option } from 'commander';
import { VERSION } from '../version';
import { addCaptureCommands } from './captures/program';
import type * as Commands from './commands';
import { addHostCommands } from './hosts/program';
import { isNetspyLine, NETSPY_GROUP, netspyOptions, runNetspy } from './netspy/netspy';
import { printError } from './print-error';
import { cellWidth } from './table';
import { asUsageError } from './usage-error';

const EXIT_OK = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

export interface GlobalOptions {
  json: boolean;
  server?: string;
  verbose: boolean;
}

/**
 * The command line. Each command loads what it needs when it runs, so that `--help` stays quick.
 * @returns the exit code: 0, 1 when a tool failed, 2 when the command line is wrong
 */
export async function runCli(
  argv: readonly string[],
  language: Language = pickLanguage(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG),
): Promise<number> {
  let exitCode = EXIT_OK;
  const say = (message: string | Text): string => translate(message, language);
  const program = new Command('netsonde')
    .description(say(text('cli.description')))
    .version(VERSION, '-V, --version', say(text('cli.option_version')))
    .helpOption('-h, --help', say(text('cli.option_help')))
    .helpCommand('help [command]', say(text('cli.help')))
    .option('--server <url>', say(text('cli.option_server')), serverUrl)
    .option('--json', say(text('cli.option_json')), false)
    .option('--verbose', say(text('cli.option_verbose')), false)
    .exitOverride()
    .configureOutput({ outputError: () => {} }) // errors are worded below
    .configureHelp({
      showGlobalOptions: true,
      displayWidth: cellWidth,
      visibleOptions: (command): Option[] => [
        ...Help.prototype.visibleOptions.call(new Help(), command),
        ...(command.parent === null ? netspyOptions(language) : []),
      ],
      styleTitle: title => say(HELP_TITLES.get(title) ?? title),
      // Each says its default itself, in the reader's language.
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    });

  if (isNetspyLine(argv)) {
    // Options of the command line of seed 002 have names that commands use otherwise: they stand only where there is no command.
    for (const option of netspyOptions(language)) program.addOption(option);
    program.allowExcessArguments(false).action(async (own: Parameters<typeof runNetspy>[0]) => {
      exitCode = await runNetspy(own, language);
    });
    return finish();
  }

  const measure = (name: string, summary: Text): Command => program.command(name).description(say(summary));
  const run = async (work: (commands: typeof Commands) => Promise<boolean>): Promise<void> => {
    const succeeded = await work(await import('./commands'));
    if (!succeeded) exitCode = EXIT_FAILED;
  };
  const options = (command: Command): GlobalOptions => command.optsWithGlobals();

  program
    .command('serve')
    .description(say(text('cli.serve')))
    .option('--http', say(text('cli.serve_http')), true)
    .option('--port <number>', say(text('cli.serve_port')), portNumber)
    .option('--host <address>', say(text('cli.serve_host')))
    .option('--grant <scopes>', say(text('cli.serve_grant')))
    .option('--rest-open', say(text('cli.serve_rest_open')), false)
    .action(async (_options, command: Command) => {
      const { serve } = await import('./serve');
      exitCode = await serve({ ...command.opts(), language });
    });
  program
    .command('mcp')
    .description(say(text('cli.mcp')))
    .action(async () => {
      const { serveStdio } = await import('./serve');
      exitCode = await serveStdio();
    });
  measure('call', text('cli.call'))
    .argument('<tool>', say(text('cli.call_tool')))
    .argument('[arguments]', say(text('cli.call_arguments')), '{}')
    .action((tool: string, args: string, _options, command: Command) =>
      run(({ call }) => call(tool, args, { ...options(command), language })),
    );
  measure('tools', text('cli.tools'))
    .option('--markdown', say(text('cli.tools_markdown')), false)
    .action((own: { markdown: boolean }, command: Command) =>
      run(({ listTools }) => listTools(own, { ...options(command), language })),
    );
  measure('status', text('cli.status')).action((_own, command: Command) =>
    run(({ status }) => status({ ...options(command), language })),
  );
  measure('interfaces', text('cli.interfaces'))
    .option('--host <name>', say(text('cli.host')))
    .action((own: { host?: string }, command: Command) =>
      run(({ interfaces }) => interfaces(own, { ...options(command), language })),
    );
  measure('traffic', text('cli.traffic'))
    .argument('[interface]', say(text('cli.traffic_interface')))
    .option('--seconds <number>', say(text('cli.traffic_seconds')))
    .option('--host <name>', say(text('cli.host')))
    .action((iface: string | undefined, own: { seconds?: string; host?: string }, command: Command) =>
      run(({ traffic }) => traffic(iface, own, { ...options(command), language })),
    );
  measure('connections', text('cli.connections'))
    .argument('[filter...]', say(text('cli.connections_filter')))
    .option('--proto <tcp|udp|all>', say(text('cli.connections_proto')))
    .option('--state <name>', say(text('cli.connections_state')))
    .option('--process <name>', say(text('cli.connections_process')))
    .option('--pid <number>', say(text('cli.connections_pid')))
    .option('--limit <number>', say(text('cli.connections_limit')))
    .option('--host <name>', say(text('cli.host')))
    .action((filter: string[], own: Record<string, string>, command: Command) =>
      run(({ connections }) => connections(filter, own, { ...options(command), language })),
    );
  measure('ports', text('cli.ports'))
    .argument('[port]', say(text('cli.ports_port')))
    .option('--udp', say(text('cli.ports_udp')), false)
    .option('--host <name>', say(text('cli.host')))
    .action((port: string | undefined, own: { udp: boolean; host?: string }, command: Command) =>
      run(({ ports }) => ports(port, own, { ...options(command), language })),
    );
  addCaptureCommands(program, language, say, work => {
    exitCode = work;
  });
  addHostCommands(program, language, say, code => {
    exitCode = code;
  });
  const helper = program.command('helper').description(say(text('cli.helper')));
  helper
    .command('install')
    .description(say(text('cli.helper_install')))
    .option('--service', say(text('cli.helper_service')), false)
    .option('--user <name>', say(text('cli.helper_user')))
    .action(async (_own, command: Command) => {
      const { helperInstall } = await import('./helper');
      await helperInstall({ ...command.optsWithGlobals(), language });
    });
  helper
    .command('uninstall')
    .description(say(text('cli.helper_uninstall')))
    .action(async (_own, command: Command) => {
      const { helperUninstall } = await import('./helper');
      await helperUninstall({ ...command.optsWithGlobals(), language });
    });
  program
    .command('top')
    .description(say(text('cli.top')))
    .argument('[filter...]', say(text('cli.connections_filter')))
    .action(async (filter: string[], _own, command: Command) => {
      const { top } = await import('./top/top');
      exitCode = await top(filter.join(' '), { ...options(command), language });
    });
  program
    .command('completion')
    .description(say(text('cli.completion')))
    .argument('<shell>', 'bash, zsh, fish')
    .action(async (shell: string) => {
      const { completionScript } = await import('./completion');
      process.stdout.write(completionScript(shell, program));
    });

  return finish();

  async function finish(): Promise<number> {
    try {
      await program.parseAsync([...argv], { from: 'user' });
      return exitCode;
    } catch (thrown) {
      // Asking for help or the version is no mistake.
      if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT_OK;
      const error =
        thrown instanceof CommanderError ? asUsageError(thrown, argv, helpHint(program, argv)) : asNetsondeError(thrown);
      if (argv.includes('--json')) {
        const { failure } = await import('../engine/tool');
        process.stdout.write(`${JSON.stringify(failure(error, language))}\n`);
      } else printError(say(error.text), say(error.hintText), language);
      return error.code === 'invalid_argument' ? EXIT_USAGE : EXIT_FAILED;
    }
  }
}

/** commander's headings. */
const HELP_TITLES = new Map<string, Text>([
  ['Usage:', text('cli.help_usage')],
  ['Arguments:', text('cli.help_arguments')],
  ['Options:', text('cli.help_options')],
  ['Global Options:', text('cli.help_global_options')],
  ['Commands:', text('cli.help_commands')],
  [NETSPY_GROUP, text('cli.help_netspy')],
]);

function helpHint(program: Command, argv: readonly string[]): Text {
  const command = program.commands.find(each => each.name() === argv.find(word => !word.startsWith('-')));
  return text('cli.help_hint', { command: command ? `netsonde ${command.name()}` : 'netsonde' });
}

function portNumber(value: string): number {
  const port = Number(value);
  if (!/^[0-9]+$/.test(value) || port < 1 || port > 65_535)
    throw new NetsondeError('invalid_argument', text('cli.bad_port', { value }));
  return port;
}

function serverUrl(value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value))
    throw new NetsondeError('invalid_argument', text('cli.bad_server', { value }));
  return value;
}
