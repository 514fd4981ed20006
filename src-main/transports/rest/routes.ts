import { ERROR_STATUS, NetsondeError } from '@shared/errors';
import { listSome } from '@shared/list-some';
import { text, translate } from '@shared/text/index';
import { z } from 'zod';
import type { Engine } from '../../engine/create-engine';
import { fitReply } from '../fit-reply';
import { callerOf } from '../http/guard';
import { sendJson } from '../http/reply';
import type { Exchange, Route } from '../http/router';
import { inputSchemaOf, wordsOf } from '../mcp/definitions';
import { NONCE_HEADER, PROOF_HEADER } from '../server-proof';
import type { Calls } from './calls';
import { renderMetrics } from './metrics';
import { netspyRoutes } from './netspy-routes';
import { buildOpenApi } from './openapi';
import { MAX_PAGE_BYTES } from './page';
import { uploadRoute } from './uploads';

/** Server names of tool-contract section 5. */
export const SERVER_NAMES = ['packet_capture', 'iftop', 'netstat', 'netspy', 'netmon', 'netsonde'] as const;

export const callBody = z.strictObject({
  server_name: z.string(),
  tool_name: z.string(),
  /** Checked by the tool's own schema: a record here would drop `__proto__` instead of refusing it. */
  args: z.unknown().optional(),
});

export interface RestOptions {
  engine: Engine;
  version: string;
  startedAtMs: number;
  calls: Calls;
  /** Shows whoever asks with a nonce that this server knows the token. */
  prove: (nonce: string) => string | null;
}

/** REST: the same tools, for scripts and scrapers. */
export function restRoutes({ engine, version, startedAtMs, calls, prove }: RestOptions): ReadonlyMap<string, Route> {
  const visible = [...engine.tools.values()].filter(({ audience }) => audience === 'everyone');
  const toolsOf = (server: string) => visible.filter(tool => server === 'netsonde' || tool.servers.includes(server));
  let openApi: unknown;

  const health: Route = {
    methods: ['GET'],
    access: 'public',
    handle({ request, response }) {
      const [nonce] = request.headersDistinct[NONCE_HEADER] ?? [];
      const proof = nonce === undefined ? null : prove(nonce);
      if (proof !== null) response.setHeader(PROOF_HEADER, proof);
      // Says nothing else: anybody on this machine can ask.
      sendJson(response, 200, { status: 'healthy', version, uptime: Math.floor((performance.now() - startedAtMs) / 1000) });
    },
  };

  const listTools: Route = {
    methods: ['GET'],
    access: 'token',
    handle({ response, language }) {
      const servers = Object.fromEntries(
        SERVER_NAMES.map(server => [
          server,
          {
            tools: toolsOf(server).map(tool => ({
              name: tool.name,
              title: wordsOf(tool, language).title,
              description: wordsOf(tool, language).description,
              input_schema: inputSchemaOf(tool, language),
            })),
          },
        ]),
      );
      sendJson(response, 200, {
        success: true,
        message: translate(text('server.tools', { count: visible.length }), language),
        data: { servers },
      });
    },
  };

  const callTool: Route = {
    methods: ['POST'],
    access: 'token',
    body: 'json',
    async handle(exchange) {
      const { server_name, tool_name, args } = parseCall(exchange);
      const tools = SERVER_NAMES.some(name => name === server_name) ? toolsOf(server_name) : null;
      if (!tools)
        throw new NetsondeError(
          'not_found',
          text('server.no_server', { name: server_name.slice(0, 64), list: SERVER_NAMES.join(', ') }),
        );
      const tool = tools.find(({ name }) => name === tool_name);
      if (!tool)
        throw new NetsondeError(
          'not_found',
          text('error.tool_missing', { name: tool_name.slice(0, 64), list: listSome(tools.map(({ name }) => name)) }),
        );
      const { response, visitor, language, signal } = exchange;
      const reply = await engine.call(tool.name, args, callerOf(visitor, 'rest', language), { signal });
      if (signal.aborted) return;
      const page = fitReply(reply, {
        maxBytes: MAX_PAGE_BYTES,
        sizeOf: candidate => Buffer.byteLength(JSON.stringify(candidate)),
        language,
        input: args,
      });
      sendJson(response, page.success ? 200 : ERROR_STATUS[page.error.code], page);
    },
  };

  const openApiRoute: Route = {
    methods: ['GET'],
    access: 'token',
    handle({ response }) {
      openApi ??= buildOpenApi(visible, version);
      sendJson(response, 200, openApi);
    },
  };

  const metrics: Route = {
    methods: ['GET'],
    access: 'token',
    async handle({ response, visitor, language, signal }) {
      const body = await renderMetrics(engine, callerOf(visitor, 'rest', language), calls, signal);
      response.writeHead(200, {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
      });
      response.end(body);
    },
  };

  return new Map([
    ['/health', health],
    ['/api/mcp/tools', listTools],
    ['/api/mcp/call', callTool],
    ['/api/openapi.json', openApiRoute],
    ['/metrics', metrics],
    ['/api/uploads', uploadRoute(engine)],
    ...netspyRoutes(engine),
  ]);
}

function parseCall({ body }: Exchange): z.infer<typeof callBody> {
  const parsed = callBody.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '');
  throw new NetsondeError('invalid_argument', text('server.call_shape', { name: name || 'body' }));
}
