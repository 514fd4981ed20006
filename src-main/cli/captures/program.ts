import { type Language, type Text, text } from '@shared/text/index';
import { type Command, Option } from 'commander';
import type { GlobalOptions } from '../program';

export const ANALYZE_FORMATS = ['text', 'json', 'truth-json', 'html', 'md'] as const;

/** The commands about packets: analyze. Each loads what it needs when it runs. */
export function addCaptureCommands(
  program: Command,
  language: Language,
  say: (message: Text) => string,
  setExitCode: (code: number) => void,
): void {
  program
    .command('analyze')
    .description(say(text('cli.analyze')))
    .argument('<file>', say(text('cli.analyze_file')))
    .addOption(new Option('--format <format>', say(text('cli.analyze_format'))).choices(ANALYZE_FORMATS).default('text'))
    .action(async (file: string, own: { format: (typeof ANALYZE_FORMATS)[number] }, command: Command) => {
      const { analyze } = await import('./analyze');
      setExitCode(await analyze(file, own, { ...command.optsWithGlobals<GlobalOptions>(), language }));
    });
}
