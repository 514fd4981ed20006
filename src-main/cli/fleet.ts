import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import type { HostList } from '@shared/model/host';
import { text } from '@shared/text/index';
import { openTarget } from './caller';
import { type CommandOptions, cancelOnInterrupt, dropUndefined, type Print, printer } from './run-tool';

const TAG = 'tag:';

/** What one host of several answered. */
export interface HostReply<Data> {
  host: string;
  reply: ToolReply<Data>;
}

/** Names more than one host: `web1,web2` or `tag:web`. */
export function isFleet(host: string | undefined): host is string {
  return host !== undefined && (host.includes(',') || host.startsWith(TAG));
}

/**
 * Calls a tool once for each host, all at the same time: the answers come together with a column for the host, and one that
 * does not answer stands below with its reason.
 * @returns false when any of them failed
 */
export async function runFleet<Data>(
  tool: string,
  input: Record<string, unknown>,
  hosts: string,
  options: CommandOptions,
  show: (answered: readonly (Data & { asked: string })[], print: Print) => void,
): Promise<boolean> {
  const { language, json } = options;
  const log = options.verbose ? (message: string) => process.stderr.write(`${message}\n`) : () => {};
  const interrupt = options.signal ? { signal: options.signal, stop: () => {} } : cancelOnInterrupt();
  const target = options.target ?? openTarget({ server: options.server, language, verbose: log, asUser: true });
  const output = options.output ?? process.stdout;
  try {
    const names = hosts.startsWith(TAG)
      ? tagged(
          (await target.call('list_hosts', {}, { signal: interrupt.signal })) as ToolReply<HostList>,
          hosts.slice(TAG.length),
        )
      : [...new Set(hosts.split(',').filter(Boolean))];
    const replies = await Promise.all(
      names.map(async (host): Promise<HostReply<Data>> => {
        // The border checks both ways: the envelope holds what the tool's own output schema describes.
        const reply = (await target.call(tool, dropUndefined({ ...input, host }), {
          signal: interrupt.signal,
        })) as ToolReply<Data>;
        return { host, reply };
      }),
    );
    const failed = replies.filter(({ reply }) => !reply.success);
    if (json) output.write(`${JSON.stringify({ hosts: replies }, null, output.isTTY ? 2 : undefined)}\n`);
    else {
      const print = printer(language, output);
      show(
        replies.flatMap(({ host, reply }) => (reply.success ? [{ ...reply.data, asked: host }] : [])),
        print,
      );
      for (const { host, reply } of failed) print.line(print.style.bad(`${host}: ${reply.message}`));
    }
    return failed.length === 0;
  } finally {
    interrupt.stop();
    if (!options.target) await target.close();
  }
}

function tagged(reply: ToolReply<HostList>, tag: string): string[] {
  if (!reply.success) throw new NetsondeError(reply.error.code, reply.message, { hint: reply.error.hint });
  const found = reply.data.hosts.filter(({ tags }) => tags.includes(tag)).map(({ name }) => name);
  if (found.length > 0) return found;
  const known = [...new Set(reply.data.hosts.flatMap(({ tags }) => tags))].sort();
  throw new NetsondeError('not_found', text('cli.no_tagged_host', { tag }), {
    hint: known.length > 0 ? text('cli.known_tags', { list: known.slice(0, 20).join(', ') }) : text('cli.no_tags'),
  });
}
