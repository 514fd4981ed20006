import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findHelper } from '../../src-main/helper/find-helper';
import { superviseHelper } from '../../src-main/helper/supervisor';
import { CAN_MAKE_NETWORKS, WHY_SKIPPED } from '../support/network';
import { openLab } from './engine-lab';
import { BUILT_HELPER } from './helper-lab';

describe.skipIf(!CAN_MAKE_NETWORKS)(`a helper that may not or cannot (${WHY_SKIPPED})`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-refused-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The helper as it runs on another system, behind a script that makes this one so. */
  function wrapped(name: string, script: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script.replaceAll('HELPER', BUILT_HELPER)}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  const WITHOUT_BTF = 'exec unshare --mount sh -c "mount -t tmpfs none /sys/kernel/btf && exec HELPER"';
  const WITHOUT_CAPABILITIES = 'exec setpriv --bounding-set=-all --inh-caps=-all -- HELPER';
  const WITHOUT_CGROUPS = 'exec unshare --mount sh -c "umount -a -t cgroup2 && exec HELPER"';

  test.each([
    ['a kernel without BTF', WITHOUT_BTF, 'unsupported', /no BTF/],
    ['root without capabilities, as in a container', WITHOUT_CAPABILITIES, 'permission_denied', /without the capabilities/],
  ])('%s: the state says so, sockets and rates are measured otherwise', async (name, script, code, why) => {
    const built = wrapped(name.replaceAll(/\W/g, ''), script);
    const helper = superviseHelper({ find: () => findHelper({ built }), events: ['drop'] });
    const lab = openLab({ helper });
    const sockets = await lab.call('query_network_connections', {});
    expect(sockets).toMatchObject({ success: true, data: { source: { backend: 'ss', degraded: true } } });
    const { source } = sockets.data as unknown as { source: { reason: string; remedies: { code: string }[] } };
    expect(source.reason).toMatch(why);
    expect(source.remedies[0]).toMatchObject({ backend: 'eBPF', code });
    expect(await lab.call('network-monitor', { network_operation: 'incoming', interface: 'lo', duration: 1 })).toMatchObject({
      data: { method: 'counters', source: { degraded: true } },
    });
    expect(await lab.call('list_connections', {})).toMatchObject({ success: false, error: { code } });
    const status = await lab.call('get_status');
    expect(status.data).toMatchObject({ helper: { state: 'unavailable' } });
    expect(JSON.stringify(status)).not.toContain('unprivileged_bpf_disabled');
    await lab.engine.stop();
  });

  test('where no cgroup2 tree is mounted only what hangs on it is missing', async () => {
    const built = wrapped('nocgroups', WITHOUT_CGROUPS);
    const helper = superviseHelper({ find: () => findHelper({ built }), events: ['drop'] });
    await helper.settled();
    const { features } = helper.session().facts;
    const refused = features.filter(({ loaded }) => !loaded).map(({ name }) => name);
    expect(refused.filter(name => name !== 'connect_errno').sort()).toEqual(['connects', 'udp_flows']);
    expect(features.find(({ name }) => name === 'udp_flows')?.detail).toMatch(/cgroup2/);
    helper.stop();
  });
});
