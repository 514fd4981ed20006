import type { ToolReply } from '@shared/bridge';
import type { Language } from '@shared/text/index';
import type { Tool } from '../../engine/tool';
import { fitReply } from '../fit-reply';

/** What an agent's context can bear unasked, and what it may ask for with `limit` (tool-contract section 1). */
const DEFAULT_BYTES = 8 * 1024;
const MAX_BYTES = 48 * 1024;
/** What stands around the two renderings in the JSON-RPC answer. */
const FRAME_BYTES = 256;

export interface CallToolAnswer {
  content: [{ type: 'text'; text: string }];
  structuredContent: Record<string, unknown>;
  isError?: true;
}

/** The envelope as an MCP result: whole for programs, as text for models. */
export function toCallToolAnswer(tool: Tool, reply: ToolReply<unknown>, input: unknown, language: Language): CallToolAnswer {
  const asksForMore = typeof input === 'object' && input !== null && 'limit' in input;
  const sizeOf = (candidate: ToolReply<unknown>): number =>
    // The text is sent as a JSON string: its quotes and line ends are escaped.
    Buffer.byteLength(JSON.stringify(candidate)) + Buffer.byteLength(JSON.stringify(textOf(tool, candidate))) + FRAME_BYTES;
  const fitted = fitReply(reply, { maxBytes: asksForMore ? MAX_BYTES : DEFAULT_BYTES, sizeOf, language, input });
  return {
    content: [{ type: 'text', text: textOf(tool, fitted) }],
    structuredContent: { ...fitted },
    ...(!fitted.success && { isError: true }),
  };
}

function textOf(tool: Tool, reply: ToolReply<unknown>): string {
  if (!reply.success) {
    const hint = reply.error.hint && `\n${reply.error.hint}`;
    const got = reply.data === null ? '' : `\n${render(reply.data)}`;
    return `${reply.message} (${reply.error.code})${hint}${got}`;
  }
  if (tool.textForm) return tool.textForm(reply.data);
  return `${reply.message}\n${render(reply.data)}`;
}

/**
 * A compact rendering: `name: value` lines, lists of records as a table with one header. Every text value is a JSON
 * string, so that what came from the network or from other processes cannot pass for structure or for words of ours.
 */
export function render(value: unknown, indent = ''): string {
  if (!isRecord(value)) return `${indent}${cell(value)}`;
  return Object.entries(value)
    .map(([name, inner]) => {
      if (Array.isArray(inner) && inner.length > 0 && inner.every(isRecord))
        return `${indent}${name}:\n${table(inner, `${indent}  `)}`;
      if (isRecord(inner)) return `${indent}${name}:\n${render(inner, `${indent}  `)}`;
      return `${indent}${name}: ${cell(inner)}`;
    })
    .join('\n');
}

function table(rows: readonly Record<string, unknown>[], indent: string): string {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const lines = rows.map(row => columns.map(column => cell(row[column])).join(' | '));
  return [columns.join(' | '), ...lines].map(line => `${indent}${line}`).join('\n');
}

function cell(value: unknown): string {
  return value === null || value === undefined ? '-' : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
