import { userInfo } from 'node:os';
import { NetsondeError } from '@shared/errors';
import { type Language, text, translate } from '@shared/text/index';
import { builtHelper } from '../helper/find-helper';
import { type InstallStep, installHelper, uninstallHelper } from '../helper/install-helper';
import { outFolder } from '../places';

export interface HelperCommandOptions {
  service?: boolean;
  user?: string;
  json: boolean;
  language: Language;
}

/** `netsonde helper install`: once, as root. The user who called sudo or pkexec becomes a member of the group. */
export async function helperInstall({ service = false, user, json, language }: HelperCommandOptions): Promise<boolean> {
  const steps = await installHelper({ built: builtHelper(outFolder()), service, user: user ?? callingUser() });
  print([...steps, text('install.done')], json, language);
  return true;
}

export async function helperUninstall({ json, language }: HelperCommandOptions): Promise<boolean> {
  print([...(await uninstallHelper()), text('install.uninstalled')], json, language);
  return true;
}

function print(steps: readonly InstallStep[], json: boolean, language: Language): void {
  const lines = steps.map(step => translate(step, language));
  process.stdout.write(
    json ? `${JSON.stringify({ success: true, message: lines.at(-1), data: { steps: lines } })}\n` : `${lines.join('\n')}\n`,
  );
}

/** Who asked, before sudo or pkexec made it root; null when root itself did. */
function callingUser(): string | null {
  const { SUDO_USER: sudo, PKEXEC_UID: pkexec } = process.env;
  const name = sudo ?? (pkexec ? String(pkexec) : null);
  if (name === null) return null;
  if (!/^[a-z_0-9][a-z0-9_.-]{0,31}$/i.test(name)) throw new NetsondeError('invalid_argument', text('install.bad_user'));
  return name === userInfo().username ? null : name;
}
