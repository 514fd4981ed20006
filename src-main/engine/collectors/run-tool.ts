import { NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { type Text, text } from '@shared/text/index';
import type { ExecOptions, ExecResult, Host } from '../hosts/host';

type Packages = Parameters<Host['installHint']>[0];

/**
 * Runs a measuring program. A missing one gets this host's install command as hint; one that ends with an error becomes
 * `unsupported`, so that the next backend is tried (BusyBox and old versions refuse options this way).
 */
export async function runTool(
  host: Host,
  argv: readonly [string, ...string[]],
  packages: Packages,
  options: ExecOptions,
): Promise<ExecResult> {
  try {
    return await host.exec(argv, options);
  } catch (thrown) {
    if (!(thrown instanceof NetsondeError)) throw thrown;
    if (thrown.code === 'tool_missing') {
      throw new NetsondeError('tool_missing', thrown.text, { hint: await host.installHint(packages), cause: thrown });
    }
    if (thrown.code === 'internal') {
      const stderr = thrown.data?.stderr;
      const said = typeof stderr === 'string' ? stderr.trim() : '';
      const reason = said ? complaint(said) : thrown.text;
      const denied = /permi(?:ssion|tted)|denied/i.test(said);
      throw new NetsondeError(
        denied ? 'permission_denied' : 'unsupported',
        text('collect.refused', { program: argv[0], reason }),
        {
          hint: denied ? text('abilities.run_as_root') : await otherHint(host, said, packages),
          cause: thrown,
        },
      );
    }
    throw thrown;
  }
}

/** A program that does not know an option is BusyBox's or too old: the full one helps. Else only the user knows what does. */
async function otherHint(host: Host, said: string, packages: Packages): Promise<string | Text> {
  if (/invalid option|unrecognized option|unknown option|usage:/i.test(said)) return host.installHint(packages);
  return /device is not up/i.test(said) ? text('collect.link_down') : '';
}

/** Parses, and on a line that cannot be read names the program's version beside the line. */
export async function parseOutput<Value>(
  host: Host,
  versionArgv: readonly [string, ...string[]],
  parse: () => Value,
): Promise<Value> {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof NetsondeError) || thrown.code !== 'unreadable_output') throw thrown;
    const version = await host.exec(versionArgv, { timeoutMs: 2_000, maxBytes: 4096 }).then(
      ({ stdout, stderr }) => sanitizeUntrusted((stdout || stderr).split('\n')[0] ?? ''),
      () => text('collect.unknown_version'),
    );
    throw new NetsondeError(
      'unreadable_output',
      text('collect.of_version', { message: thrown.text, program: versionArgv[0], version }),
      {
        hint: text('collect.update', { program: versionArgv[0] }),
        cause: thrown,
      },
    );
  }
}

/** The error of a parser: quotes the line, with nothing in it that could steer a terminal. */
export function unreadable(program: string, line: string): NetsondeError {
  return new NetsondeError('unreadable_output', text('collect.unreadable', { program, line: sanitizeUntrusted(line.trim()) }), {
    hint: text('collect.update', { program }),
  });
}

/** The complaint: the last line, or the one before the program begins to explain its options. */
function complaint(stderr: string): string {
  const lines = stderr.split('\n').filter(line => line.trim() !== '');
  const usage = lines.findIndex(line => /^(?:usage|busybox)\b/i.test(line));
  return sanitizeUntrusted((usage > 0 ? lines[usage - 1] : lines.at(-1)) ?? '');
}
