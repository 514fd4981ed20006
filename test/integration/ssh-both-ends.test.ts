import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KnownHosts } from '../../src-main/engine/hosts/ssh/known-hosts';
import { hostProfile } from '../../src-shared/model/host';
import { type BadLine, makeBadLine } from '../support/bad-line';
import { CAN_MAKE_NETWORKS, printed, WHY_SKIPPED } from '../support/network';
import { createSshLab, type SshLab } from '../support/ssh-lab';
import { type Lab, openLab } from './engine-lab';

const PORT = 8_080;
const BYTES = 600_000;
/** Sends so many bytes to whoever connects, then closes. */
const SENDER = `require('node:net').createServer(s => s.resume().end(Buffer.alloc(${BYTES}))).listen(${PORT}, () => console.log('ready'))`;

describe.skipIf(!CAN_MAKE_NETWORKS)(`one flow captured at both ends of a lossy line (${WHY_SKIPPED})`, () => {
  let line: BadLine;
  let sshd: SshLab;
  let lab: Lab;

  beforeAll(async () => {
    line = await makeBadLine();
    sshd = await createSshLab({ options: { namespace: line.namespace, address: line.far, port: 2_222 } });
    await printed(line.startFar([process.execPath, '-e', SENDER]), /ready/);
    const profile = hostProfile.parse({
      name: 'far',
      address: line.far,
      port: 2_222,
      key_file: sshd.privateKeyFile,
      agent: false,
    });
    lab = openLab({
      remote: {
        directory: {
          list: () => [profile],
          find: name => (name === 'far' ? profile : undefined),
          listen: () => () => {},
        },
        knownHosts: () => new KnownHosts(sshd.hostKeyLine),
        secret: () => undefined,
        adHoc: () => false,
      },
    });
  });
  afterAll(async () => {
    await lab?.engine.stop();
    await sshd?.stop();
    await line?.remove();
  });

  const start = async (host: string, iface: string): Promise<string> => {
    const reply = await lab.call('start_packet_capture', { target: String(PORT), interface: iface, duration: 120, host });
    expect(reply, JSON.stringify(reply)).toMatchObject({ success: true });
    return String(reply.data.session_id);
  };

  const teardownOf = async (session_id: string): Promise<unknown> => {
    const { data } = await lab.call('get_capture_report', { session_id, section: 'connections' });
    return (data.rows as unknown as { teardown: string }[])[0]?.teardown;
  };

  test.each([
    ['b', 'b → a'],
    ['a', 'a → b'],
  ] as const)('segments lost on the way from %s are put on the stretch %s, each of them', async (lose_from, direction) => {
    const [here, there] = [await start('localhost', line.iface), await start('far', 'eth0')];
    await line.be({ lose_every: lose_from === 'a' ? 5 : 20, lose_from, lose_port: PORT, delay_ms: 2 });
    const client = connect(PORT, line.far);
    let received = 0;
    client.on('data', chunk => (received += chunk.length));
    // One way the answer is lost, the other way what is asked, a segment a write.
    client.setNoDelay(true);
    await once(client, 'connect');
    if (lose_from === 'a') for (let i = 0; i < 60; i++) await new Promise(resolve => client.write(`${i}\n`, resolve));
    client.end();
    await once(client, 'close');
    expect(received).toBe(BYTES);
    const lost = await line.be({});
    expect(lost).toBeGreaterThan(0);
    // What was sent is in both captures: the end of the flow is its last part.
    for (const session_id of [here, there]) {
      await expect.poll(() => teardownOf(session_id), { timeout: 15_000 }).toBe('fin');
      await lab.call('stop_packet_capture', { session_id });
    }
    const reply = await lab.call('get_capture_report', { session_id: here, other: there, section: 'both_ends', limit: 1_000 });
    expect(reply, JSON.stringify(reply)).toMatchObject({ success: true });
    const rows = reply.data.rows as unknown as { direction: string; what?: string; lost?: number; not_seen_at_sender?: number }[];
    const [fromA, fromB] = rows;
    expect([fromA?.not_seen_at_sender, fromB?.not_seen_at_sender]).toEqual([0, 0]);
    expect([fromA?.lost, fromB?.lost]).toEqual(lose_from === 'a' ? [lost, 0] : [0, lost]);
    const named = rows.filter(({ what }) => what === 'lost');
    expect(named).toHaveLength(lost);
    expect(new Set(named.map(row => row.direction))).toEqual(new Set([direction]));
  });
});
