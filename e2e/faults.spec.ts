import { once } from 'node:events';
import type { ToolReply } from '@shared/bridge';
import type { InterfaceSample } from '@shared/model/interface';
import type { InterfaceTraffic } from '@shared/model/traffic';
import { WebSocket } from 'ws';
import { LAUNCHERS, type Launched } from './launchers/index';
import { collectErrors, heldConnections, open, udpTraffic } from './support';
import { expect, test } from './test';

interface SampleListener {
  sequences: number[];
  /** Resolves with the next second's samples. */
  next: () => Promise<unknown>;
  stop: () => void;
}

/** A listener of its own on the samples of an interface: what the engine sends while the page is away. */
async function listenToSamples({ url, token }: Launched, iface: string): Promise<SampleListener> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { origin: url, headers: { authorization: `Bearer ${token}` } });
  await once(socket, 'open');
  const sequences: number[] = [];
  socket.on('message', frame => {
    // One Buffer unless ws is told otherwise, and the engine's own frame: the socket has this subscription alone.
    const { event } = JSON.parse((frame as Buffer).toString('utf8')) as { event: { samples: InterfaceSample[] } };
    sequences.push(...event.samples.map(({ sequence }) => sequence));
  });
  socket.send(JSON.stringify({ kind: 'subscribe', id: 1, stream: 'interface_sample', params: { interface: iface } }));
  await once(socket, 'message');
  return { sequences, next: () => once(socket, 'message'), stop: () => socket.close() };
}

test('a crashed window comes back with its data; calls and streams of others go on meanwhile', async ({ launcher }) => {
  test.skip(launcher === 'electron', 'Playwright lets go of an Electron page whose renderer crashed.');
  const app = await LAUNCHERS[launcher]();
  const traffic = await udpTraffic(8);
  try {
    await open(app.page, `traffic?iface=${traffic.iface}`);
    await expect(app.page.getByRole('figure').first()).toHaveAccessibleName(/Mbit\/s in/);
    const stream = await listenToSamples(app, traffic.iface);
    const measuring = fetch(`${app.url}/api/mcp/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${app.token}` },
      body: JSON.stringify({
        server_name: 'netsonde',
        tool_name: 'get_interface_traffic',
        args: { iface: traffic.iface, sample_seconds: 5 },
      }),
    });

    await stream.next(); // the call runs by now, which its times confirm below
    const seenBefore = stream.sequences.length;
    const crashedMs = Date.now();
    const page = await app.crash();

    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Traffic');
    await expect(page.getByRole('figure').first()).toHaveAccessibleName(/Mbit\/s in/);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    const times = page.getByRole('region', { name: 'Samples as a table' }).locator('td[title]');
    const timeOf = async (row: 'first' | 'last'): Promise<number> => Date.parse((await times[row]().getAttribute('title')) ?? '');
    // Newest first: what was sampled before the crash is there, and new samples come.
    expect(await timeOf('last')).toBeLessThan(crashedMs);
    await expect.poll(() => timeOf('first')).toBeGreaterThan(crashedMs);

    const reply = (await (await measuring).json()) as ToolReply<InterfaceTraffic>; // the tool checks its output
    if (!reply.success) throw new Error(reply.message);
    const { sampled_at, duration_ms } = reply.data.source;
    expect(Date.parse(sampled_at)).toBeLessThan(crashedMs);
    expect(Date.parse(sampled_at) + duration_ms).toBeGreaterThan(crashedMs);
    expect(reply.data.total_stats.rx_rate_avg).toBeGreaterThan(7.9); // 8 Mbit/s of payload are sent

    const [first = 0] = stream.sequences;
    expect(stream.sequences.length).toBeGreaterThan(seenBefore);
    expect(stream.sequences).toEqual(stream.sequences.map((_sequence, at) => first + at));
    stream.stop();
  } finally {
    await traffic.stop();
    await app.close();
  }
});

test('a server that was killed and started again is found again by the page that waited', { tag: '@server' }, async ({
  launcher,
}) => {
  const app = await LAUNCHERS[launcher]();
  const { page, server } = app;
  const before = await heldConnections(23);
  try {
    await open(page, `connections?filter=port:${before.port}`);
    await expect(page.getByText(/^47 of /)).toBeVisible();
    let loads = 0;
    page.on('load', () => (loads += 1));

    await server?.kill();
    const banner = page.getByRole('region', { name: 'Connection to Netsonde' });
    await expect(banner).toContainText('Netsonde has not answered since');
    await expect(banner).toContainText(/Next try in \d+ s|Trying/);
    // What was seen last stays, marked as old.
    await expect(page.getByText(/^47 of /)).toBeVisible();
    await expect(page.getByRole('main')).toHaveAttribute('data-lost', 'true');
    await before.close();

    await server?.startAgain();
    await expect(banner).toBeHidden({ timeout: 20_000 });
    await expect(page.getByText(/^0 of /)).toBeVisible();
    const errors = collectErrors(page);
    const after = await heldConnections(5);
    await open(page, `connections?filter=port:${after.port}`);
    await expect(page.getByText(/^11 of /)).toBeVisible();
    await after.close();
    expect(errors).toEqual([]);
    expect(loads).toBe(0);
  } finally {
    await app.close();
  }
});
