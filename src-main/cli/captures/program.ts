import { CAPTURE_MODES } from '@shared/model/capture-modes';
import { type Language, type Text, text } from '@shared/text/index';
import { type Command, Option } from 'commander';
import type { GlobalOptions } from '../program';
import type { CaptureOptions } from './capture';

export const ANALYZE_FORMATS = ['text', 'json', 'truth-json', 'html', 'md'] as const;

/** The commands about packets: capture, analyze, attach. Each loads what it needs when it runs. */
export function addCaptureCommands(
  program: Command,
  language: Language,
  say: (message: Text) => string,
  setExitCode: (code: number) => void,
): void {
  program
    .command('capture')
    .description(say(text('cli.capture')))
    .argument('[target]', say(text('cli.capture_target')), 'auto')
    .addOption(new Option('--mode <mode>', say(text('cli.capture_mode'))).choices(CAPTURE_MODES))
    .option('--duration <seconds>', say(text('cli.capture_duration')))
    .option('--interface <name>', say(text('cli.capture_interface')))
    .option('--host <name>', say(text('cli.host')))
    .option('--filter <expression>', say(text('cli.capture_filter')))
    .option('--trigger <condition>', say(text('cli.capture_trigger')))
    .option('--save', say(text('cli.capture_save')))
    .action(async (target: string, own: CaptureOptions, command: Command) => {
      const { capture } = await import('./capture');
      setExitCode(await capture(target, own, { ...command.optsWithGlobals<GlobalOptions>(), language }));
    });
  program
    .command('analyze')
    .description(say(text('cli.analyze')))
    .argument('<file>', say(text('cli.analyze_file')))
    .addOption(new Option('--format <format>', say(text('cli.analyze_format'))).choices(ANALYZE_FORMATS).default('text'))
    .action(async (file: string, own: { format: (typeof ANALYZE_FORMATS)[number] }, command: Command) => {
      const { analyze } = await import('./analyze');
      setExitCode(await analyze(file, own, { ...command.optsWithGlobals<GlobalOptions>(), language }));
    });
  program
    .command('attach')
    .description(say(text('cli.attach')))
    .argument('<pipe>', say(text('cli.attach_pipe')))
    .action(async (pipe: string, _own, command: Command) => {
      const { attach } = await import('./attach');
      setExitCode(await attach(pipe, { ...command.optsWithGlobals<GlobalOptions>(), language }));
    });
}
