// The socket table against ss on the same sockets, in turn.
import { median, openSockets, paired, report, runQuiet, startServer, time } from './lib/measure.mjs';

const WARM_UP_MS = 10_000;

async function withSockets(count, measure) {
  const close = await openSockets(count);
  const server = await startServer();
  try {
    await new Promise(resolve => setTimeout(resolve, WARM_UP_MS)); // the limit holds once the engine has run 10 s
    await measure(server);
  } finally {
    await server.stop();
    await close();
  }
}

await withSockets(10_000, async server => {
  // The limit of the helper's table is a third, that of ss read and understood one and a half.
  const { backend } = (await server.call('query_network_connections')).data.source;
  const limit = backend === 'eBPF' ? 0.333 : 1.5;
  for (const rows of [100, 1000]) {
    const { a, b, ratio } = await paired(
      9,
      () => server.call('query_network_connections', { limit: rows }),
      () => runQuiet('ss', '-tunap'),
    );
    report(
      `query_network_connections by ${backend}, ${rows} rows of 10,000 sockets, against ss -tunap`,
      ratio,
      '× its wall time',
      limit,
      `${a.toFixed(0)} ms against ${b.toFixed(0)} ms`,
    );
  }
});

await withSockets(100_000, async server => {
  const times = [];
  for (let round = 0; round < 15; round += 1)
    times.push(await time(() => server.call('check_port_occupation', { port: Number(new URL(server.url).port) })));
  report('check_port_occupation, 100,000 sockets', median(times), 'ms', 20);
});
