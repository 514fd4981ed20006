import { homedir } from 'node:os';
import path from 'node:path';
import { NetsondeError } from '@shared/errors';
import type { HostEntry, HostImport, HostList, HostTest, ShownKey } from '@shared/model/host';
import type { HostImportFormat } from '@shared/model/host-import-formats';
import { type Text, text, translate } from '@shared/text/index';
import { openTarget } from '../caller';
import { askTool, type CommandOptions, printer, runTool } from '../run-tool';
import { askSecret, askYes } from './ask';

export interface AddOptions {
  address?: string;
  port?: string;
  user?: string;
  key?: string;
  agent: boolean;
  jump?: string;
  tag: string[];
  sudo: boolean;
  helper: boolean;
  legacy: boolean;
  viaNetsonde: boolean;
  password: boolean;
  passphrase: boolean;
}

/** Runs a command of several calls on one engine or server. */
async function onOneTarget<Value>(options: CommandOptions, work: (options: CommandOptions) => Promise<Value>): Promise<Value> {
  const verbose = options.verbose ? (message: string) => process.stderr.write(`${message}\n`) : () => {};
  const target = openTarget({ server: options.server, language: options.language, verbose, asUser: true });
  try {
    return await work({ ...options, target });
  } finally {
    await target.close();
  }
}

export function addHost(name: string, own: AddOptions, given: CommandOptions): Promise<boolean> {
  const say = (message: Text): string => translate(message, given.language);
  return onOneTarget(given, async options => {
    const user = own.user ?? 'root';
    const key_file = own.key === undefined || own.key.startsWith('~/') ? own.key : path.resolve(own.key);
    const secrets = {
      password: own.password ? await askSecret(say(text('hosts.cli_ask_password', { user, name }))) : undefined,
      passphrase: own.passphrase
        ? await askSecret(say(text('hosts.cli_ask_passphrase', { file: key_file ?? '~/.ssh' })))
        : undefined,
    };
    const isForgotten = (own.password || own.passphrase) && (await options.target?.streams())?.url === null;
    if (isForgotten) process.stderr.write(`${say(text('hosts.cli_own_engine'))}\n`);
    const profile = {
      name,
      address: own.address ?? name,
      port: own.port === undefined ? undefined : portOf(own.port),
      username: own.user,
      key_file,
      agent: own.agent,
      jump: own.jump,
      tags: own.tag,
      privilege: own.sudo ? 'auto' : 'none',
      helper: own.helper,
      legacy: own.legacy,
      via: own.viaNetsonde ? 'netsonde' : 'ssh',
    };
    return runTool<HostEntry>('add_host', { ...profile, ...secrets }, options, (_data, message, { line }) => line(message));
  });
}

function portOf(value: string): number {
  if (!/^[0-9]{1,5}$/.test(value)) throw new NetsondeError('invalid_argument', text('cli.bad_port', { value }));
  return Number(value);
}

export function listHosts(options: CommandOptions): Promise<boolean> {
  return runTool<HostList>('list_hosts', {}, options, ({ hosts }, _message, { line, table, say, style }) => {
    table(hosts, [
      { title: say('cli.column_name'), value: ({ name }) => name },
      {
        title: say('hosts.column_address'),
        value: ({ address, port, username }) => (address === null ? '–' : `${username}@${bracketed(address)}:${port}`),
      },
      { title: say('cli.column_state'), value: ({ state }) => say(`hosts.state.${state}`) },
      { title: say('hosts.column_privilege'), value: ({ privilege }) => privilege ?? '–' },
      {
        title: say('hosts.column_rtt'),
        value: ({ rtt_ms }) => (rtt_ms === null ? '–' : `${rtt_ms.toFixed(1)} ms`),
        align: 'right',
      },
      { title: say('hosts.column_tags'), value: ({ tags }) => tags.join(' ') || '–', flexible: true },
    ]);
    for (const { name, reason } of hosts) if (reason) line(style.dim(`${name}: ${reason}`));
  });
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

export async function testHost(host: string, options: CommandOptions): Promise<boolean> {
  const reply = await askTool<HostTest>('test_host', { host }, options, (data, message, { line, say, style }) => {
    for (const { step, ok, text: said, hint, duration_ms, host: at } of data.steps) {
      const title = `${say(`hosts.step.${step}`)}${at === data.host ? '' : ` (${at})`}`;
      line(`${ok ? style.good('✓') : style.bad('✗')} ${title}  ${said}  ${style.dim(`${duration_ms} ms`)}`);
      if (!ok && hint) line(`    ${hint}`);
    }
    line();
    line(style.bold(message));
  });
  return reply.success && reply.data.ok;
}

export interface TrustOptions {
  fingerprint?: string;
  yes: boolean;
}

/** Shows the key of a host, and of jump hosts on the way that nobody has accepted yet; notes each that a person says yes to. */
export function trustHost(host: string, own: TrustOptions, given: CommandOptions): Promise<boolean> {
  const { fingerprint, yes } = own;
  if (yes && fingerprint === undefined) throw new NetsondeError('invalid_argument', text('hosts.cli_yes_needs'));
  return onOneTarget(given, async options => {
    const note = (key: Pick<ShownKey, 'host' | 'fingerprint'>): Promise<boolean> =>
      runTool<ShownKey>('trust_host', { host: key.host, fingerprint: key.fingerprint }, options, (_data, message, { line }) =>
        line(message),
      );
    if (yes) return note({ host, fingerprint: fingerprint ?? '' });
    const { line, say } = printer(options.language, process.stderr);
    for (;;) {
      const looked: { test?: HostTest } = {};
      const succeeded = await runTool<HostTest>('test_host', { host, only_key: true }, { ...options, json: false }, data => {
        looked.test = data;
      });
      const { test } = looked;
      if (!succeeded || !test) return false;
      const unknown = test.keys.find(({ state }) => state === 'unknown');
      const last = test.keys.at(-1);
      const failed = test.steps.find(({ ok }) => !ok);
      if (!unknown) {
        if (failed || !last) {
          line(`${failed?.text ?? ''}\n${failed?.hint ?? ''}`.trimEnd());
          return false;
        }
        return note(last);
      }
      if (unknown.host.toLowerCase() !== host.toLowerCase()) line(say('hosts.cli_first_jump', { host: unknown.host }));
      line(say('hosts.cli_shown', { ...unknown }));
      if (unknown.host.toLowerCase() === host.toLowerCase() && fingerprint !== undefined && fingerprint !== unknown.fingerprint) {
        line(say('hosts.trust_differs', { name: host, fingerprint: unknown.fingerprint, given: fingerprint }));
        return false;
      }
      if (!(await askYes(say('hosts.cli_ask_trust')))) {
        line(say('hosts.cli_not_trusted'));
        return false;
      }
      if (!(await note(unknown))) return false;
      if (unknown.host.toLowerCase() === host.toLowerCase()) return true;
    }
  });
}

export function removeHost(host: string, options: CommandOptions): Promise<boolean> {
  return runTool('remove_host', { host }, options, (_data, message, { line }) => line(message));
}

/** The file is read here, by the user's own rights, and rewritten here when its passwords are in the keychain. */
export async function importHosts(
  file: string | undefined,
  { format: chosen }: { format?: HostImportFormat },
  options: CommandOptions,
): Promise<boolean> {
  const { readConfig, settleFile } = await import('../../engine/hosts/import/import-hosts');
  const { formatOf } = await import('../../engine/hosts/import/imported');
  const { importRemoteHosts } = await import('../../engine/hosts/import/remote-hosts');
  const source = file ?? path.join(homedir(), '.ssh/config');
  const format = chosen ?? formatOf(source);
  const content = readConfig(source);
  const input = { format, text: content, own_file: true };
  return runTool<HostImport>('import_hosts', input, options, (data, message, { line, style }) => {
    line(style.bold(message));
    if (data.added.length > 0) line(data.added.join(' '));
    for (const { name, why } of data.skipped) line(`${style.warn('–')} ${name}: ${why}`);
    for (const note of data.notes) line(note);
    const found = format === 'ssh_config' || data.passwords === 0 ? null : importRemoteHosts(content, format);
    // A password that was not taken over stands nowhere else.
    const rest = found?.passwords === data.passwords ? found.rest : null;
    const { note } = settleFile(source, rest, { passwords: data.passwords, secretsLasting: data.secrets_lasting });
    if (note) line(translate(note, options.language));
  });
}
