import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { NetsondeError } from '@shared/errors';
import type { InstallAction } from '@shared/model/status';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';

/** Runs with an administrator's rights what `netsonde helper …` does, and asks for the password itself. */
export interface HelperInstaller {
  /** Whether there is a program here that can ask. */
  isAvailable(): boolean;
  /**
   * Resolves when it is done.
   * @throws NetsondeError cancelled when the question was dismissed, permission_denied when it was answered wrongly or may
   *   not be asked, tool_missing, unsupported with what the command said
   */
  run(action: InstallAction, signal: AbortSignal): Promise<void>;
}

const ARGUMENTS: Readonly<Record<InstallAction, readonly string[]>> = {
  install: ['helper', 'install'],
  install_service: ['helper', 'install', '--service'],
  uninstall: ['helper', 'uninstall'],
};
const PKEXEC = 'pkexec';
/** Exit codes of pkexec(1); others are those of the command. */
const DISMISSED = 126;
const NOT_AUTHORISED = 127;

/**
 * The whole elevated command line: constants, and where this build lies. Nothing that was typed or received is in it.
 * No agent of its own: that one would ask in a terminal, which a window has not.
 */
export function elevatedCommand(action: InstallAction, outFolder: string): readonly string[] {
  return [PKEXEC, '--disable-internal-agent', nodeProgram(outFolder), path.join(outFolder, 'main/cli.js'), ...ARGUMENTS[action]];
}

/** Electron is no Node once packaged (RunAsNode is off): the runtime of the build, else the system's. */
function nodeProgram(outFolder: string): string {
  const own = path.resolve(outFolder, '../node_modules/.bin/node');
  if (existsSync(own)) return own;
  return process.versions['electron'] ? '/usr/bin/node' : process.execPath;
}

export function createInstaller(outFolder: string, searchPath = process.env['PATH'] ?? ''): HelperInstaller {
  return {
    isAvailable: () => process.platform === 'linux' && findProgram(PKEXEC, searchPath) !== null,
    async run(action, signal) {
      const [, ...args] = elevatedCommand(action, outFolder);
      const program = findProgram(PKEXEC, searchPath);
      if (program === null)
        throw new NetsondeError('tool_missing', text('install.no_program', { program: PKEXEC }), {
          hint: text('install.copy_hint'),
        });
      await new Promise<void>((resolve, reject) => {
        execFile(program, args, { cwd: '/', signal }, (error, _stdout, stderr) => {
          if (!error) return resolve();
          reject(signal.aborted ? new NetsondeError('cancelled', text('error.cancelled')) : failureOf(error.code, stderr));
        });
      });
    },
  };
}

function failureOf(code: unknown, stderr: string): NetsondeError {
  const why = sanitizeUntrusted(stderr.trim().split('\n').at(-1) ?? '', 256);
  if (code === DISMISSED) return new NetsondeError('cancelled', text('install.dismissed'));
  if (code === NOT_AUTHORISED)
    return new NetsondeError('permission_denied', text('install.not_authorised', { why }), { hint: text('install.copy_hint') });
  return new NetsondeError('unsupported', text('install.elevated_failed', { why: why || String(code) }), {
    hint: text('install.copy_hint'),
  });
}

function findProgram(name: string, searchPath: string): string | null {
  for (const folder of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return null;
}
