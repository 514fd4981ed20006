import { z } from 'zod';
import { ERROR_CODES } from '../errors';
import { source } from './source';

/** One thing that can or cannot be seen on this machine. */
export const ability = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['good', 'degraded', 'unavailable']),
  backend: z.string().nullable(),
  reason: z.string().nullable(),
  code: z.enum(ERROR_CODES).nullable(),
  remedy: z.string().nullable().describe('Exactly what to run or click'),
});
export type Ability = z.infer<typeof ability>;

/** What of the privileged helper needs an administrator. */
export const INSTALL_ACTIONS = ['install', 'install_service', 'uninstall'] as const;
export type InstallAction = (typeof INSTALL_ACTIONS)[number];

/** The privileged helper: how Netsonde comes to its rights, and what this kernel lets it do. */
export const helperStatus = z.object({
  state: z.enum(['starting', 'ready', 'lost', 'unavailable']),
  way: z.enum(['root', 'capabilities', 'service']).nullable().describe('How it has its rights; null while it has none'),
  at: z.string().nullable().describe('Its file, or the socket of the service'),
  pid: z.number().nullable(),
  kernel: z.string().nullable(),
  reason: z.string().nullable().describe('Why it is not there'),
  remedy: z.string().nullable().describe('Exactly what to run or click'),
  since: z.iso.datetime({ offset: true }).nullable().describe('Start of the present state'),
  retry_at: z.iso.datetime({ offset: true }).nullable().describe('When it is started again, while lost'),
  can_install: z.boolean().describe('The desktop app can ask for the password itself'),
  features: z.array(
    z.object({
      name: z.string(),
      loaded: z.boolean(),
      detail: z.string().describe('Why not, as the kernel or loader says it'),
    }),
  ),
});
export type HelperStatus = z.infer<typeof helperStatus>;

export const status = z.object({
  version: z.string(),
  host: z.string(),
  platform: z.string().describe('Kernel and system, for people'),
  uptime_s: z.number(),
  user: z.string(),
  running_as_root: z.boolean(),
  privileges: z.enum(['root', 'capabilities', 'service', 'none']),
  helper: helperStatus,
  abilities: z.array(ability),
  engine: z.object({
    cpu_percent: z.number().nullable().describe('Of one core over the last seconds'),
    memory_bytes: z.number(),
    mcp_clients: z.number().nullable().describe('null where no MCP server runs'),
    calls_running: z.number(),
  }),
  endpoint: z.object({ url: z.string(), mcp_url: z.string() }).nullable().describe('The loopback listener, when it runs'),
  notices: z.array(z.string()).describe('What the user should know, for example that the usual port was taken'),
  source,
});
export type Status = z.infer<typeof status>;
