import { ERROR_CODES, ERROR_STATUS } from '@shared/errors';
import type { Tool } from '../../engine/tool';
import { dataSchemaOf, envelopeSchema, inputSchemaOf } from '../mcp/definitions';
import { netspyPaths } from './netspy-openapi';

const JSON_TYPE = 'application/json';
type Schema = Record<string, unknown>;

/** OpenAPI 3.1 of the REST routes, from the schemas the tools check with. */
export function buildOpenApi(tools: readonly Tool[], version: string): Schema {
  const failure = {
    description: 'Refused or failed',
    content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/failure' } } },
  };
  const answer = (description: string, schema: Schema): Schema => ({ description, content: { [JSON_TYPE]: { schema } } });
  const callStatuses = [...new Set(Object.values(ERROR_STATUS))].sort((a, b) => a - b).map(String);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Netsonde',
      version,
      description: 'What is my network doing, who does it, and why is it slow or broken?',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: {
      '/health': {
        get: {
          operationId: 'health',
          summary: 'Whether the server answers',
          security: [],
          responses: {
            200: answer('It does', {
              type: 'object',
              properties: {
                status: { const: 'healthy' },
                version: { type: 'string' },
                uptime: { type: 'integer', description: 'Seconds' },
              },
              required: ['status', 'version', 'uptime'],
            }),
            403: failure,
          },
        },
      },
      '/api/mcp/tools': {
        get: {
          operationId: 'listTools',
          summary: 'The tools by server name',
          responses: {
            200: answer(
              'Tools',
              envelopeSchema({ type: 'object', properties: { servers: { type: 'object' } }, required: ['servers'] }),
            ),
            401: failure,
            403: failure,
          },
        },
      },
      '/api/mcp/call': {
        post: {
          operationId: 'callTool',
          summary: 'Call a tool; answers its envelope',
          requestBody: {
            required: true,
            content: {
              [JSON_TYPE]: { schema: { oneOf: tools.map(({ name }) => ({ $ref: `#/components/schemas/${name}_call` })) } },
            },
          },
          responses: {
            200: answer('The envelope of the tool', {
              anyOf: tools.map(({ name }) => ({ $ref: `#/components/schemas/${name}_reply` })),
            }),
            ...Object.fromEntries(callStatuses.map(status => [status, failure])),
          },
        },
      },
      ...netspyPaths(failure),
      '/api/openapi.json': {
        get: {
          operationId: 'openapi',
          summary: 'This document',
          responses: { 200: answer('OpenAPI 3.1', { type: 'object' }), 401: failure, 403: failure },
        },
      },
      '/metrics': {
        get: {
          operationId: 'metrics',
          summary: 'Prometheus text format',
          responses: {
            200: { description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } },
            401: failure,
            403: failure,
          },
        },
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The token of server.json, or one made in Settings > Agents' },
      },
      schemas: {
        failure: {
          type: 'object',
          properties: {
            success: { const: false },
            message: { type: 'string' },
            data: { type: ['object', 'null'] },
            error: {
              type: 'object',
              properties: { code: { enum: [...ERROR_CODES] }, hint: { type: 'string' } },
              required: ['code', 'hint'],
            },
          },
          required: ['success', 'message', 'data', 'error'],
        },
        ...Object.fromEntries(
          tools.flatMap(tool => [
            [`${tool.name}_call`, callSchema(tool)],
            [`${tool.name}_reply`, envelopeSchema(dataSchemaOf(tool))],
          ]),
        ),
      },
    },
  };
}

function callSchema(tool: Tool): Schema {
  return {
    type: 'object',
    description: tool.description,
    properties: {
      server_name: { enum: [...tool.servers.filter(name => name !== 'netsonde'), 'netsonde'] },
      tool_name: { const: tool.name },
      args: inputSchemaOf(tool),
    },
    required: ['server_name', 'tool_name'],
    additionalProperties: false,
  };
}
