import { NetsondeError } from '@shared/errors';
import { type Text, type TextKey, text } from '@shared/text/index';
import type { CommanderError } from 'commander';

/** By commander's code: our words, and where its English message (commander 15) holds the names they need. */
const USAGE_ERRORS: Record<string, { key: TextKey; names: RegExp }> = {
  'commander.unknownCommand': { key: 'cli.unknown_command', names: /unknown command '(?<name>.*)'/s },
  'commander.unknownOption': { key: 'cli.unknown_option', names: /unknown option '(?<name>.*)'/s },
  'commander.missingArgument': { key: 'cli.missing_argument', names: /missing required argument '(?<name>.*)'/s },
  'commander.optionMissingArgument': { key: 'cli.missing_value', names: /option '(?<name>.*)' argument missing/s },
  'commander.excessArguments': { key: 'cli.excess_arguments', names: /Expected (?<expected>\d+).* but got (?<count>\d+)/s },
  'commander.help': { key: 'cli.no_command', names: /(?:)/ },
};
const MEANT = /\(Did you mean (?:one of )?(?<list>.+)\?\)/;

/** What is wrong with a command line, in words of ours, which exist in every language. */
export function asUsageError({ code, message }: CommanderError, argv: readonly string[], help: Text): NetsondeError {
  const [first, second] = argv.filter(word => !word.startsWith('-'));
  // commander answers this one with its help and without a word.
  if (code === 'commander.help' && first === 'help' && second)
    return new NetsondeError('invalid_argument', text('cli.unknown_command', { name: second }), { hint: help });
  const known = USAGE_ERRORS[code];
  const names = known?.names.exec(message.replace(MEANT, '').trimEnd());
  const list = MEANT.exec(message)?.groups?.list;
  return new NetsondeError('invalid_argument', known && names ? text(known.key, { ...names.groups }) : message, {
    hint: list ? text('cli.did_you_mean', { list }) : help,
  });
}
