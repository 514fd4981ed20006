import { z } from 'zod';
import { source } from './source';

/** RFC 1123 name (threat-model section 5); a trailing dot is the root's. */
const DNS_NAME = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/;
/** What a person may call a host, and the names of ~/.ssh/config: web_1, db-eu.2. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const USER_NAME = /^[a-z_][a-z0-9_.-]{0,31}$/;
/** Any path of the machine Netsonde runs on; `~` is the home of who runs it. */
const KEY_FILE = /^(\/|~\/)[^\p{Cc}]{1,1023}$/u;

export const hostAddress = z
  .string()
  .max(253)
  .refine(value => DNS_NAME.test(value) || z.ipv4().or(z.ipv6()).safeParse(value).success, { error: 'host' });

export const hostName = z
  .string()
  .max(253)
  .refine(value => LABEL.test(value) || hostAddress.safeParse(value).success, { error: 'host' });

export const userName = z.string().regex(USER_NAME, { error: 'user' });

/** The fields of a profile, each to be given: a change that leaves one out leaves it as it is. */
const fields = {
  name: hostName,
  address: hostAddress,
  port: z.int().min(1).max(65_535),
  username: userName,
  key_file: z.string().regex(KEY_FILE).nullable().describe('Private key; null: those of ~/.ssh'),
  agent: z.boolean().describe('Whether the SSH agent is asked first'),
  jump: hostName.nullable().describe('Name of the host it is reached through'),
  tags: z.array(z.string().regex(LABEL)).max(32),
  privilege: z.enum(['auto', 'none']).describe('auto: root, else sudo -n; none: never sudo'),
  helper: z.boolean().describe('Whether the helper may be uploaded and run there'),
  via: z
    .enum(['ssh', 'netsonde'])
    .describe('ssh: by programs there; netsonde: the Netsonde that serves that machine is asked, through SSH'),
  legacy: z.boolean().describe('Whether SHA-1 and CBC are accepted'),
};

/** A remote machine as the user described it. Holds no secret: passwords and passphrases are kept apart. */
export const hostProfile = z.strictObject({
  ...fields,
  port: fields.port.default(22),
  username: fields.username.default('root'),
  key_file: fields.key_file.default(null),
  agent: fields.agent.default(true),
  jump: fields.jump.default(null),
  tags: fields.tags.default([]),
  privilege: fields.privilege.default('auto'),
  helper: fields.helper.default(false),
  via: fields.via.default('ssh'),
  legacy: fields.legacy.default(false),
});
export const hostChanges = z.strictObject(fields).partial();
export type HostProfile = z.infer<typeof hostProfile>;
/** What may be left out of one. */
export type HostProfileInput = z.input<typeof hostProfile>;

/** What is kept apart from a profile. Left out: as before; empty: forgotten. */
export const hostSecrets = {
  password: z.string().max(1_024).optional().meta({ writeOnly: true }),
  passphrase: z.string().max(1_024).optional().meta({ writeOnly: true }),
};

export const hostState = z.enum(['idle', 'connecting', 'ready', 'degraded', 'lost']);

export const hostSummary = z.object({
  name: z.string(),
  address: z.string().nullable(),
  port: z.number().nullable().describe('SSH port; null locally'),
  username: z.string().nullable(),
  kind: z.enum(['local', 'ssh', 'netsonde']),
  state: hostState,
  reason: z.string().nullable().describe('Why it is not ready'),
  privilege: z.enum(['root', 'sudo', 'none']).nullable().describe('null: not known before the first connection'),
  rtt_ms: z.number().nullable(),
  platform: z.string().nullable().describe('linux, darwin, …; null: not known before the first connection'),
  abilities: z.array(z.string()),
  tags: z.array(z.string()),
});
export type HostSummary = z.infer<typeof hostSummary>;

export const hostList = z.object({ hosts: z.array(hostSummary), source });
export type HostList = z.infer<typeof hostList>;

/** A profile as the page of hosts shows it: whether a secret is there, never which. */
export const hostEntry = hostProfile.extend({ has_password: z.boolean(), has_passphrase: z.boolean() });
export type HostEntry = z.infer<typeof hostEntry>;

export const hostBookView = z.object({
  hosts: z.array(hostEntry),
  secrets_lasting: z.boolean().describe('false: passwords are forgotten when Netsonde ends'),
  notice: z.string().nullable(),
});
export type HostBookView = z.infer<typeof hostBookView>;

export const HOST_TEST_STEPS = ['resolve', 'tcp', 'host_key', 'login', 'shell', 'abilities'] as const;

/** One step of reaching a host, in the order they are taken; what follows a failed one is not tried. */
export const hostTestStep = z.object({
  host: z.string().describe('The host of this step: a jump host, or the one tested'),
  step: z.enum(HOST_TEST_STEPS),
  ok: z.boolean(),
  text: z.string().describe('What was seen, or why it failed'),
  hint: z.string(),
  duration_ms: z.number(),
});
export type HostTestStep = z.infer<typeof hostTestStep>;

export const shownKey = z.object({
  host: z.string(),
  type: z.string(),
  fingerprint: z.string(),
  state: z.enum(['known', 'unknown', 'changed', 'revoked']),
});
export type ShownKey = z.infer<typeof shownKey>;

export const hostTest = z.object({
  host: z.string(),
  ok: z.boolean(),
  steps: z.array(hostTestStep),
  keys: z.array(shownKey).describe('The keys that were shown, jump hosts first'),
  abilities: z.array(z.string()),
});
export type HostTest = z.infer<typeof hostTest>;

export const hostImport = z.object({
  added: z.array(z.string()),
  skipped: z.array(z.object({ name: z.string(), why: z.string() })),
  notes: z.array(z.string()),
  passwords: z.number().describe('How many were found and are now kept apart'),
  secrets_lasting: z.boolean(),
  /** Only where a file was named: a text that was sent cannot be rewritten by who received it. */
  rewritten: z.boolean(),
});
export type HostImport = z.infer<typeof hostImport>;
