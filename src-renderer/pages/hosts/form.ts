import type { HostEntry, HostProfileInput } from '@shared/model/host';
import type { HostImportFormat } from '@shared/model/host-import-formats';
import type { HostSecrets } from './host-tools';

/** The fields as they are typed. */
export interface HostForm {
  name: string;
  address: string;
  port: string;
  username: string;
  key_file: string;
  agent: boolean;
  jump: string;
  tags: string;
  privilege: 'auto' | 'none';
  via: 'ssh' | 'netsonde';
  helper: boolean;
  legacy: boolean;
  /** Empty: as before. */
  password: string;
  passphrase: string;
  forget_password: boolean;
  forget_passphrase: boolean;
}

export function formOf(entry: HostEntry | null): HostForm {
  return {
    name: entry?.name ?? '',
    address: entry?.address ?? '',
    port: String(entry?.port ?? 22),
    username: entry?.username ?? 'root',
    key_file: entry?.key_file ?? '',
    agent: entry?.agent ?? true,
    jump: entry?.jump ?? '',
    tags: (entry?.tags ?? []).join(' '),
    privilege: entry?.privilege ?? 'auto',
    via: entry?.via ?? 'ssh',
    helper: entry?.helper ?? false,
    legacy: entry?.legacy ?? false,
    password: '',
    passphrase: '',
    forget_password: false,
    forget_passphrase: false,
  };
}

export const splitTags = (text: string): string[] => [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))];

/** What is still to be filled in. */
export function missingIn({ address, port }: HostForm): 'address' | 'port' | null {
  if (address.trim() === '') return 'address';
  const number = Number(port);
  return Number.isInteger(number) && number >= 1 && number <= 65_535 ? null : 'port';
}

/** A host without a name is called by its address, as on the command line. */
export function profileOf(form: HostForm): HostProfileInput & HostSecrets {
  const address = form.address.trim();
  const secret = (typed: string, forget: boolean): string | undefined => (typed !== '' ? typed : forget ? '' : undefined);
  const password = secret(form.password, form.forget_password);
  const passphrase = secret(form.passphrase, form.forget_passphrase);
  return {
    name: form.name.trim() || address,
    address,
    port: Number(form.port),
    username: form.username.trim() || 'root',
    key_file: form.key_file.trim() || null,
    agent: form.agent,
    jump: form.jump || null,
    tags: splitTags(form.tags),
    privilege: form.privilege,
    via: form.via,
    helper: form.helper,
    legacy: form.legacy,
    ...(password !== undefined && { password }),
    ...(passphrase !== undefined && { passphrase }),
  };
}

/** What a file of that name and with that text is: the name first, for JSON is YAML as well. */
export function formatOf(fileName: string, text: string): HostImportFormat {
  const ending = /\.(json|ya?ml|toml)$/i.exec(fileName)?.[1]?.toLowerCase();
  if (ending === 'json' || ending === 'toml') return ending;
  if (ending) return 'yaml';
  if (/^\s*[{[]\s*["}\]{]/.test(text)) return 'json';
  if (/^\s*\[\[?[\w.]+\]\]?\s*$/m.test(text)) return 'toml';
  return /^\s*["']?(IftopConfig|NetstatConfig)["']?\s*:/m.test(text) ? 'yaml' : 'ssh_config';
}
