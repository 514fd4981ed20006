import type { Tool } from '../../engine/tool';
import type { Print } from '../run-tool';

/** The tool's own text form, which is the seed's; else its message and the data. */
export function printReply(tool: Tool, data: unknown, message: string, { line }: Pick<Print, 'line'>): void {
  if (tool.textForm) {
    const known = tool.output.safeParse(data); // a server of another version may answer other fields
    if (known.success) return line(tool.textForm(known.data));
  }
  line(message);
  line(JSON.stringify(data, null, 2));
}
