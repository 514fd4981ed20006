import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import type { ConnectionEventList, NetworkSummary } from '@shared/model/event';
import { type CliTarget, connectToNetsonde } from './cli/caller';
import type * as api from './client-api';
import { createHome } from './home';

export { NetsondeError };

/** The library `netsonde/client`: a running Netsonde for scripts. client-api.d.ts is its whole surface. */
export const connect: typeof api.connect = async ({ url, token, language = 'en', verbose = false } = {}) => {
  const options = {
    server: url,
    token,
    language,
    verbose: (message: string): void => void (verbose && process.stderr.write(`${message}\n`)),
  };
  let connection = await connectToNetsonde(options);
  let closed = false;

  const call = async (name: string, input: unknown, callOptions: api.CallOptions = {}): Promise<ToolReply<unknown>> => {
    if (closed) throw new NetsondeError('cancelled', 'This client was closed.');
    if (!connection.isOpen) connection = await connectToNetsonde(options); // the server was started anew
    return connection.call(name, input, callOptions);
  };
  const ask = async <Data>(name: string, input: unknown): Promise<Data> => (await resultOf(call(name, input))).data as Data; // the server has checked it by the schema that Data is inferred from

  return {
    get url() {
      return connection.url;
    },
    connectionSummary: (asked = {}) => ask<NetworkSummary>('get_network_summary', asked),
    listConnections: (asked = {}) => ask<ConnectionEventList>('list_connections', asked),
    async runTool(name, args = {}, callOptions) {
      const { message, data } = await resultOf(call(name, args, callOptions));
      const [{ tools }, { textOf }] = await Promise.all([import('./engine/tools/index'), import('./cli/netspy/text-of')]);
      const tool = tools.find(each => each.name === name);
      return { message, data, text: tool ? textOf(tool, data, message) : message };
    },
    async startInteractiveMode({ input, output } = {}) {
      const { runInteractive } = await import('./cli/netspy/interactive');
      const target: CliTarget = {
        call,
        streams: () => Promise.reject(new NetsondeError('unsupported', 'The interactive mode has no streams.')),
        close: () => Promise.resolve(),
      };
      await runInteractive({
        target,
        // Whatever is given is read and written as a stream; isTTY, which only a terminal has, is asked for.
        input: (input ?? process.stdin) as typeof process.stdin,
        output: (output ?? process.stdout) as typeof process.stdout,
        history: input ? null : createHome(process.env).file('data', 'history'),
        language,
        json: false,
        verbose,
      });
    },
    close() {
      closed = true;
      connection.close();
    },
  };
};

async function resultOf(asked: Promise<ToolReply<unknown>>): Promise<{ message: string; data: unknown }> {
  const reply = await asked;
  if (reply.success) return reply;
  throw new NetsondeError(reply.error.code, reply.message, { hint: reply.error.hint, data: reply.data });
}
