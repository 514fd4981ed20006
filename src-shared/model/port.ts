import { z } from 'zod';
import { source } from './source';

export const portOccupation = z.object({
  protocol: z.string(),
  local_ip: z.string(),
  pid: z.number().nullable(),
  program: z.string(),
  state: z.string(),
  user: z.string().nullable(),
  command_line: z.string().nullable().describe('Secrets are redacted'),
  started_at: z.iso.datetime({ offset: true }).nullable(),
  service: z.string().nullable().describe('Registered name of the port'),
});
export type PortOccupation = z.infer<typeof portOccupation>;

export const portCheck = z.object({
  host: z.string(),
  check_port: z.number(),
  proto: z.enum(['tcp', 'udp']),
  is_occupied: z.boolean(),
  occupations: z.array(portOccupation),
  connections: z.number().describe('Connections with this local port when nobody listens on it: they hold it as well'),
  blocked_by: z
    .object({ reason: z.enum(['time_wait', 'reserved_range', 'privileged_port']), text: z.string() })
    .nullable()
    .describe('Why a free port may still not be bound'),
  source,
});
export type PortCheck = z.infer<typeof portCheck>;

/** A listener that came or went. */
export interface PortChange {
  at_ms: number;
  kind: 'opened' | 'closed';
  protocol: string;
  port: number;
  local_ip: string;
  program: string;
  pid: number | null;
  /** How long it was open; null when it was there before the engine looked or is still open. */
  open_ms: number | null;
}
