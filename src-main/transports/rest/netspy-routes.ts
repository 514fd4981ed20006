import { ERROR_STATUS, NetsondeError } from '@shared/errors';
import { dropList, dropSummary } from '@shared/model/drop';
import { connectionEventList, EVENT_KINDS, type KernelEventBatch, networkSummary } from '@shared/model/event';
import { status } from '@shared/model/status';
import { text } from '@shared/text/index';
import { z } from 'zod';
import type { Engine } from '../../engine/create-engine';
import { integer } from '../../engine/tool';
import { fitReply } from '../fit-reply';
import { callerOf } from '../http/guard';
import { sendJson } from '../http/reply';
import type { Exchange, Route } from '../http/router';
import { connectionListOf, connectionSummaryOf, dropListOf, dropSummaryOf } from './netspy-answers';
import { MAX_PAGE_BYTES } from './page';

type Parameters = Record<string, unknown>;

/** Seed 002's clients send `"pid": 0` and `"command": ""` for what they do not ask. */
const NOT_ASKED = new Set<unknown>([null, undefined, 0, '0', '']);

/** REST's names and the tools'. */
const COMMON = { pid: 'pid', command: 'process_name', process_name: 'process_name' } as const;
const SUMMARY = { ...COMMON, duration_seconds: 'duration' } as const;
const LIST = { ...COMMON, max_events: 'max_events', since: 'since', query: 'query', limit: 'limit', offset: 'offset' } as const;
const DROPS = { reason: 'reason', include_benign: 'include_benign' } as const;

interface Asked {
  /** Which parameters the route takes, and what the tool calls them. */
  names: Readonly<Record<string, string>>;
  tool: string;
}

/** The REST routes of seed 002: old scripts may use them without a token where `--rest-open` says so. */
export function netspyRoutes(engine: Engine): ReadonlyMap<string, Route> {
  const answers =
    <Data>({ names, tool }: Asked, data: z.ZodType<Data>, answerOf: (data: Data, nowMs: number) => object): Route['handle'] =>
    async exchange => {
      const { response, visitor, language, signal } = exchange;
      const input = inputOf(exchange, names);
      const reply = await engine.call(tool, input, callerOf(visitor, 'rest', language), { signal });
      if (signal.aborted) return;
      const nowMs = Date.now();
      const bodyOf = (candidate: typeof reply): object =>
        candidate.success ? answerOf(data.parse(candidate.data), nowMs) : candidate;
      const page = fitReply(reply, {
        maxBytes: MAX_PAGE_BYTES,
        sizeOf: candidate => Buffer.byteLength(JSON.stringify(bodyOf(candidate))),
        language,
        input,
      });
      sendJson(response, page.success ? 200 : ERROR_STATUS[page.error.code], bodyOf(page));
    };

  const summary = (tool: string, names: Asked['names']): Asked => ({ tool, names: { ...SUMMARY, ...names } });
  const list = (tool: string, names: Asked['names']): Asked => ({ tool, names: { ...LIST, ...names } });
  return new Map<string, Route>([
    [
      '/api/connection-summary',
      {
        methods: ['POST'],
        access: 'open',
        body: 'json',
        handle: answers(summary('get_network_summary', {}), networkSummary, connectionSummaryOf),
      },
    ],
    [
      '/api/list-connections',
      {
        methods: ['GET', 'POST'],
        access: 'open',
        body: 'json',
        handle: answers(list('list_connections', {}), connectionEventList, connectionListOf),
      },
    ],
    [
      '/api/packet-drop-summary',
      {
        methods: ['POST'],
        access: 'open',
        body: 'json',
        handle: answers(summary('get_packet_drop_summary', DROPS), dropSummary, dropSummaryOf),
      },
    ],
    [
      '/api/list-packet-drops',
      {
        methods: ['GET', 'POST'],
        access: 'open',
        body: 'json',
        handle: answers(list('list_packet_drops', DROPS), dropList, dropListOf),
      },
    ],
    ['/api/events', { methods: ['GET'], access: 'token', handle: exchange => sendEvents(engine, exchange) }],
    ['/api/programs', { methods: ['GET'], access: 'token', handle: exchange => sendPrograms(engine, exchange) }],
  ]);
}

/** @throws NetsondeError invalid_argument for a parameter the route does not take, or one given twice */
function inputOf(exchange: Exchange, names: Asked['names']): Parameters {
  const input: Parameters = {};
  for (const [name, value] of Object.entries(parametersOf(exchange))) {
    const parameter = Object.hasOwn(names, name) ? names[name] : undefined;
    if (parameter === undefined)
      throw new NetsondeError(
        'invalid_argument',
        text('error.unknown_parameter', { name: name.slice(0, 64), list: Object.keys(names).join(', ') }),
      );
    if (NOT_ASKED.has(value)) continue;
    if (parameter in input) throw new NetsondeError('invalid_argument', text('error.twice', { name }));
    input[parameter] = name === 'include_benign' && typeof value === 'string' ? value === 'true' : value;
  }
  return input;
}

/** The body of a POST, the query of a GET. */
function parametersOf({ request, body }: Exchange): Parameters {
  if (body !== undefined) {
    if (typeof body !== 'object' || body === null)
      throw new NetsondeError('invalid_argument', text('error.not_object', { name: 'body' }));
    return { ...body };
  }
  const given: [string, string][] = [...new URL(request.url ?? '/', 'http://localhost').searchParams];
  for (const [name] of given)
    if (given.filter(([other]) => other === name).length > 1)
      throw new NetsondeError('invalid_argument', text('error.twice', { name: name.slice(0, 64) }));
  return Object.fromEntries(given);
}

const MAX_EVENTS = 1_000;
export const eventsQuery = z.strictObject({
  kind: z.enum(EVENT_KINDS).optional(),
  pid: integer(1, 4_194_304).optional(),
  query: z.string().max(4_096).optional().describe('The filter language'),
  since: z.iso.datetime({ offset: true }).optional(),
  include_benign: z.enum(['true', 'false']).optional().describe('Drops that are no loss; default false'),
  limit: integer(1, MAX_EVENTS).default(100),
});

/** What the kernel told last, every kind: the snapshot the live timeline begins with. */
function sendEvents(engine: Engine, exchange: Exchange): void {
  const parsed = eventsQuery.safeParse(parametersOf(exchange));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '');
    const list = Object.keys(eventsQuery.shape).join(', ');
    if (issue?.code === 'unrecognized_keys')
      throw new NetsondeError('invalid_argument', text('error.unknown_parameter', { name: name.slice(0, 64), list }));
    const range = /^range:(-?\d+):(-?\d+)$/.exec(issue?.message ?? '');
    throw new NetsondeError(
      'invalid_argument',
      range
        ? text('error.range', { name, min: range[1] ?? '', max: range[2] ?? '' })
        : text('error.invalid_because', { name, reason: issue?.message ?? '' }),
    );
  }
  const { kind, pid, query, since, include_benign, limit } = parsed.data;
  const batch = snapshotOf(engine, 'kernel_event', {
    ...(kind && { kinds: [kind] }),
    pid,
    query,
    include_benign: include_benign === 'true',
  }) as KernelEventBatch; // what StreamMap says of that stream
  const sinceMs = since === undefined ? 0 : Date.parse(since);
  const matching = batch.events.filter(({ at_ms }) => at_ms >= sinceMs).toReversed();
  sendJson(exchange.response, 200, {
    total_events: matching.length,
    events: matching.slice(0, limit).map(({ at_ms, ...event }) => ({ ...event, time: new Date(at_ms).toISOString() })),
    query_time: new Date().toISOString(),
    visible: batch.blind === null,
    coverage: batch.coverage,
  });
}

/** The first event of a stream: each begins with a snapshot. */
export function snapshotOf(engine: Engine, stream: string, params: unknown): unknown {
  let first: unknown;
  engine.subscribe(stream, params, event => (first ??= event))();
  return first;
}

async function sendPrograms(engine: Engine, { response, visitor, language, signal }: Exchange): Promise<void> {
  const reply = await engine.call('get_status', {}, callerOf(visitor, 'rest', language), { signal });
  if (signal.aborted) return;
  if (!reply.success) return sendJson(response, ERROR_STATUS[reply.error.code], reply);
  const { helper } = status.parse(reply.data);
  sendJson(response, 200, {
    total_programs: helper.features.length,
    loaded: helper.features.filter(({ loaded }) => loaded).length,
    programs: helper.features.map(({ name, loaded, detail }) => ({ name, status: loaded ? 'loaded' : 'not loaded', detail })),
    helper: { state: helper.state, way: helper.way, pid: helper.pid, kernel: helper.kernel, reason: helper.reason },
    query_time: new Date().toISOString(),
  });
}
