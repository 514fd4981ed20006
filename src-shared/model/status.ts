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

export const status = z.object({
  version: z.string(),
  host: z.string(),
  platform: z.string().describe('Kernel and system, for people'),
  uptime_s: z.number(),
  user: z.string(),
  running_as_root: z.boolean(),
  privileges: z.enum(['root', 'capabilities', 'service', 'none']),
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
