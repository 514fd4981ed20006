// The engine alone: start, idle cost, command line, and what MCP adds to a tool call.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { cpuSeconds, median, paired, ROOT, report, residentMb, runQuiet, startServer, time } from './lib/measure.mjs';

const WARM_UP_CALLS = 200;

const server = await startServer();
try {
  report('engine ready after start', server.readyMs, 'ms', 1_000);

  const SETTLE_S = 5;
  await new Promise(resolve => setTimeout(resolve, SETTLE_S * 1_000)); // names of the kernel are read meanwhile: that is its start
  const IDLE_S = 10;
  const before = cpuSeconds(server.pid);
  await new Promise(resolve => setTimeout(resolve, IDLE_S * 1_000)); // measuring idleness is waiting
  report('idle engine', ((cpuSeconds(server.pid) - before) / IDLE_S) * 100, '% of a core', 2);
  report('idle engine memory', residentMb(server.pid), 'MB', 150);

  const listTimes = [];
  for (let round = 0; round < 30; round += 1)
    listTimes.push((await server.call('list_network_interfaces')).data.source.duration_ms);
  report('list_network_interfaces, measured inside', median(listTimes), 'ms', 10);

  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${server.token}` } },
    }),
  );
  const overhead = [];
  const call = async () => {
    let inside = 0;
    const took = await time(async () => {
      inside = (await client.callTool({ name: 'list_hosts', arguments: {} })).structuredContent.data.source.duration_ms;
    });
    return took - inside;
  };
  // The client's own code and the server's are compiled on the way: what counts is the agent that stays connected.
  for (let round = 0; round < WARM_UP_CALLS; round += 1) await call();
  for (let round = 0; round < 200; round += 1) overhead.push(await call());
  report('MCP over HTTP adds to a tool call, client included', median(overhead), 'ms', 2);
  await client.close();

  const help = await paired(
    9,
    () => runQuiet(process.execPath, `${ROOT}/out/main/cli.js`, '--help'),
    () => runQuiet(process.execPath, '-e', '0'),
  );
  report('netsonde --help', help.a, 'ms', 200, `${help.ratio.toFixed(2)} × an empty Node process`);
} finally {
  await server.stop();
}
