import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Command } from 'commander';

/** The words a shell can complete, taken from the commands themselves. */
function words(program: Command): { commands: string[]; optionsOf: Map<string, string[]> } {
  const long = (command: Command): string[] => command.options.flatMap(({ long: name }) => name ?? []);
  const optionsOf = new Map(program.commands.map(command => [command.name(), [...long(command), ...long(program), '--help']]));
  return { commands: program.commands.map(command => command.name()), optionsOf };
}

/**
 * A completion script for a shell, to be put into its folder of completions.
 * @throws NetsondeError invalid_argument for a shell that is none of bash, zsh and fish
 */
export function completionScript(shell: string, program: Command): string {
  const { commands, optionsOf } = words(program);
  const cases = [...optionsOf].map(([name, options]) => `    ${name}) words="${options.join(' ')}" ;;`).join('\n');
  const bash = `_netsonde() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases}
    *) words="${commands.join(' ')}" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${commands.join(' ')} --tool --help --version"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _netsonde netsonde netspy
`;
  switch (shell) {
    case 'bash':
      return `# netsonde completion for bash: netsonde completion bash > ~/.local/share/bash-completion/completions/netsonde\n${bash}`;
    case 'zsh':
      return `# netsonde completion for zsh: source <(netsonde completion zsh)\nautoload -U +X bashcompinit && bashcompinit\n${bash}`;
    case 'fish':
      return [
        '# netsonde completion for fish: netsonde completion fish > ~/.config/fish/completions/netsonde.fish',
        `complete -c netsonde -f -n __fish_use_subcommand -a '${commands.join(' ')}'`,
        ...[...optionsOf].map(([name, options]) =>
          options
            .map(option => `complete -c netsonde -f -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`)
            .join('\n'),
        ),
        'complete -c netspy -w netsonde',
        '',
      ].join('\n');
    default:
      throw new NetsondeError('invalid_argument', text('cli.no_completion', { shell, list: 'bash, zsh, fish' }));
  }
}
