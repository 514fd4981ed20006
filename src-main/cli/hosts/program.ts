import { HOST_IMPORT_FORMATS, type HostImportFormat } from '@shared/model/host-import-formats';
import { type Language, type Text, text } from '@shared/text/index';
import { type Command, Option } from 'commander';
import type { GlobalOptions } from '../program';
import type { CommandOptions } from '../run-tool';
import type * as Hosts from './hosts';

const FAILED = 1;

/** `netsonde hosts …`: the book of remote hosts. */
export function addHostCommands(
  program: Command,
  language: Language,
  say: (message: Text) => string,
  setExitCode: (code: number) => void,
): void {
  const hosts = program.command('hosts').description(say(text('hosts.cli')));
  const run = async (
    command: Command,
    work: (hosts: typeof Hosts, options: CommandOptions) => Promise<boolean>,
  ): Promise<void> => {
    const succeeded = await work(await import('./hosts'), {
      ...command.optsWithGlobals<GlobalOptions>(),
      language,
      asUser: true,
    });
    if (!succeeded) setExitCode(FAILED);
  };
  hosts
    .command('add')
    .description(say(text('hosts.cli_add')))
    .argument('<name>', say(text('hosts.cli_name')))
    .option('--address <host>', say(text('hosts.cli_address')))
    .option('--port <number>', say(text('hosts.cli_port')))
    .option('--user <name>', say(text('hosts.cli_user')))
    .option('--key <file>', say(text('hosts.cli_key')))
    .option('--no-agent', say(text('hosts.cli_no_agent')))
    .option('--jump <name>', say(text('hosts.cli_jump')))
    .option('--tag <word>', say(text('hosts.cli_tag')), (tag: string, tags: string[]) => [...tags, tag], [])
    .option('--no-sudo', say(text('hosts.cli_no_sudo')))
    .option('--helper', say(text('hosts.cli_helper')), false)
    .option('--via-netsonde', say(text('hosts.cli_via_netsonde')), false)
    .option('--legacy', say(text('hosts.cli_legacy')), false)
    .option('--password', say(text('hosts.cli_password')), false)
    .option('--passphrase', say(text('hosts.cli_passphrase')), false)
    .action((name: string, own: Hosts.AddOptions, command: Command) =>
      run(command, ({ addHost }, options) => addHost(name, own, options)),
    );
  hosts
    .command('import')
    .description(say(text('hosts.cli_import')))
    .argument('[file]', say(text('hosts.cli_import_file')))
    .addOption(new Option('--format <format>', say(text('hosts.cli_import_format'))).choices(HOST_IMPORT_FORMATS))
    .action((file: string | undefined, own: { format?: HostImportFormat }, command: Command) =>
      run(command, ({ importHosts }, options) => importHosts(file, own, options)),
    );
  hosts
    .command('list')
    .description(say(text('hosts.cli_list')))
    .action((_own, command: Command) => run(command, ({ listHosts }, options) => listHosts(options)));
  hosts
    .command('test')
    .description(say(text('hosts.cli_test')))
    .argument('<name>', say(text('hosts.cli_host')))
    .action((name: string, _own, command: Command) => run(command, ({ testHost }, options) => testHost(name, options)));
  hosts
    .command('trust')
    .description(say(text('hosts.cli_trust')))
    .argument('<name>', say(text('hosts.cli_host')))
    .option('--fingerprint <SHA256:…>', say(text('hosts.cli_trust_fingerprint')))
    .option('--yes', say(text('hosts.cli_trust_yes')), false)
    .action((name: string, own: Hosts.TrustOptions, command: Command) =>
      run(command, ({ trustHost }, options) => trustHost(name, own, options)),
    );
  hosts
    .command('remove')
    .description(say(text('hosts.cli_remove')))
    .argument('<name>', say(text('hosts.cli_host')))
    .action((name: string, _own, command: Command) => run(command, ({ removeHost }, options) => removeHost(name, options)));
}
