import { EVENT_KINDS } from '@shared/model/event-kinds';
import { coverage } from '@shared/model/source';
import { z } from 'zod';
import { connectionListAnswer, connectionSummaryAnswer, dropListAnswer, dropSummaryAnswer } from './netspy-answers';

type Schema = Record<string, unknown>;

const JSON_TYPE = 'application/json';
const PROCESS = {
  pid: { type: ['integer', 'null'], description: '0 or left out: all' },
  command: { type: ['string', 'null'], description: 'Exact name of the process; empty or left out: all' },
  process_name: { type: ['string', 'null'], description: 'The same as command; one of the two' },
};
const SUMMARY = { ...PROCESS, duration_seconds: { type: 'integer', minimum: 1, maximum: 86_400, default: 60 } };
const LIST = {
  ...PROCESS,
  max_events: { type: 'integer', minimum: 1, maximum: 10_000, default: 100 },
  limit: { type: 'integer', description: 'The same as max_events' },
  offset: { type: 'integer', minimum: 0, default: 0 },
  since: { type: 'string', format: 'date-time' },
  query: { type: 'string', description: 'The filter language' },
};
const DROPS = {
  reason: { type: 'string', description: "The kernel's name, for example NO_SOCKET" },
  include_benign: { type: 'boolean', default: false },
};
const EVENTS = {
  kind: { enum: [...EVENT_KINDS] },
  pid: { type: 'integer' },
  query: LIST.query,
  since: LIST.since,
  include_benign: DROPS.include_benign,
  limit: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 },
};
const eventsAnswer = z.object({
  total_events: z.number().describe('Of the last 1,000 that match'),
  events: z.array(z.looseObject({ id: z.number(), kind: z.enum(EVENT_KINDS), time: z.iso.datetime() })),
  query_time: z.iso.datetime(),
  visible: z.boolean().describe('false: the kernel cannot be seen now'),
  coverage,
});
const programsAnswer = z.object({
  total_programs: z.number(),
  loaded: z.number(),
  programs: z.array(z.object({ name: z.string(), status: z.enum(['loaded', 'not loaded']), detail: z.string() })),
  helper: z.looseObject({ state: z.string() }),
  query_time: z.iso.datetime(),
});

/** The routes of seed 002, as buildOpenApi has the others. @param failure what every refusal looks like */
export function netspyPaths(failure: Schema): Schema {
  const responses = (answer: z.ZodType): Schema => ({
    200: { description: 'The answer', content: { [JSON_TYPE]: { schema: z.toJSONSchema(answer, { io: 'output' }) } } },
    400: failure,
    401: failure,
    403: failure,
    429: failure,
    501: failure,
    502: failure,
  });
  const post = (operationId: string, summary: string, properties: Schema, answer: z.ZodType): Schema => ({
    operationId,
    summary,
    requestBody: {
      required: true,
      content: { [JSON_TYPE]: { schema: { type: 'object', properties, additionalProperties: false } } },
    },
    responses: responses(answer),
  });
  const get = (operationId: string, summary: string, properties: Schema, answer: z.ZodType): Schema => ({
    operationId,
    summary,
    parameters: Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema })),
    responses: responses(answer),
  });
  const both = (name: string, summary: string, properties: Schema, answer: z.ZodType): Schema => ({
    get: get(name, summary, properties, answer),
    post: post(`${name}ByBody`, summary, properties, answer),
  });
  return {
    '/api/connection-summary': {
      post: post('connectionSummary', 'Connection attempts in numbers', SUMMARY, connectionSummaryAnswer),
    },
    '/api/list-connections': both('listConnections', 'Connection attempts, newest first', LIST, connectionListAnswer),
    '/api/packet-drop-summary': {
      post: post('packetDropSummary', 'Packet drops in numbers', { ...SUMMARY, ...DROPS }, dropSummaryAnswer),
    },
    '/api/list-packet-drops': both('listPacketDrops', 'Packet drops, newest first', { ...LIST, ...DROPS }, dropListAnswer),
    '/api/events': { get: get('events', 'What the kernel told last, newest first', EVENTS, eventsAnswer) },
    '/api/programs': { get: get('programs', 'Kernel programs, loaded or why not', {}, programsAnswer) },
  };
}
