import type { Tool } from '../../engine/tool';

/** The tool's own text form, which is the seed's; else its message and the data. */
export function textOf(tool: Tool, data: unknown, message: string): string {
  if (tool.textForm) {
    const known = tool.output.safeParse(data); // a server of another version may answer other fields
    if (known.success) return tool.textForm(known.data);
  }
  return `${message}\n${JSON.stringify(data, null, 2)}`;
}
