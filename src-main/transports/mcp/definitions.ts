import { ERROR_CODES } from '@shared/errors';
import { type Language, toolWords } from '@shared/text/index';
import { z } from 'zod';
import type { Tool } from '../../engine/tool';

type JsonSchema = Record<string, unknown>;

/** A tool as `tools/list` shows it. */
export interface ToolListing {
  name: string;
  title: string;
  description: string;
  inputSchema: { type: 'object' } & JsonSchema;
  outputSchema: { type: 'object' } & JsonSchema;
  annotations: {
    title: string;
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
}

const listings = new Map<Language, WeakMap<Tool, ToolListing>>();

/** The tools agents may see, each with its schemas and in the words of a language. Built once a tool and language. */
export function listTools(tools: Iterable<Tool>, language: Language = 'en'): ToolListing[] {
  const built = listings.get(language) ?? new WeakMap<Tool, ToolListing>();
  listings.set(language, built);
  return [...tools]
    .filter(({ audience }) => audience === 'everyone')
    .map(tool => {
      const listing = built.get(tool) ?? describeTool(tool, language);
      built.set(tool, listing);
      return listing;
    });
}

export function inputSchemaOf(tool: Tool, language: Language = 'en'): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' });
  const words = toolWords(tool.name, language)?.params ?? {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const description = words[name];
    if (description !== undefined && typeof property === 'object') property.description = description;
  }
  return schema;
}

/** Title and description of a tool in a language; English stands in its definition. */
export function wordsOf(tool: Tool, language: Language): { title: string; description: string } {
  return toolWords(tool.name, language) ?? tool;
}

export function dataSchemaOf(tool: Tool): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(tool.output, { io: 'output', unrepresentable: 'any' });
  return schema;
}

/** The envelope around a tool's data, both forms: clients check `structuredContent` even of an error. */
export function envelopeSchema(data: JsonSchema): { type: 'object' } & JsonSchema {
  return {
    type: 'object',
    properties: { success: { type: 'boolean' }, message: { type: 'string' }, data: {}, error: { type: 'object' } },
    required: ['success', 'message', 'data'],
    anyOf: [
      { properties: { success: { const: true }, data } },
      {
        properties: {
          success: { const: false },
          data: { type: ['object', 'null'], description: 'What was got before the failure' },
          error: {
            type: 'object',
            properties: { code: { enum: [...ERROR_CODES] }, hint: { type: 'string' } },
            required: ['code', 'hint'],
          },
        },
        required: ['error'],
      },
    ],
  };
}

function describeTool(tool: Tool, language: Language): ToolListing {
  const { name, readOnly } = tool;
  const { title, description } = wordsOf(tool, language);
  return {
    name,
    title,
    description,
    inputSchema: { type: 'object', ...inputSchemaOf(tool, language) },
    outputSchema: envelopeSchema(admitCut(dataSchemaOf(tool))),
    // Measuring looks at the network as it is: nothing is destroyed, and the world is open.
    annotations: { title, readOnlyHint: readOnly, destructiveHint: false, idempotentHint: readOnly, openWorldHint: true },
  };
}

/** Rows are cut to fit a reply, so every result may carry the two fields that say so. */
function admitCut(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return schema;
  return { ...schema, properties: { truncated: { type: 'boolean' }, next_offset: { type: ['integer', 'null'] }, ...properties } };
}
