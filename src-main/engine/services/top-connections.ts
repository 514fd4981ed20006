import type { InterfaceList, InterfaceSample } from '@shared/model/interface';
import type { TopConnectionsEvent } from '@shared/model/traffic';
import type { OwnedFlow } from '../collectors/traffic/flow';
import { type HelperFlows, openHelperFlows } from '../collectors/traffic/helper-flows';
import type { Host } from '../hosts/host';
import { type FlowTarget, topConnections, unattributedShare } from './flows';
import type { SocketTable, TableState } from './socket-table';
import type { Stop } from './stream';
import { flowTarget } from './traffic';

export interface TopConnectionsOptions {
  host: Host;
  table: SocketTable;
  /** Interfaces of this machine, a few seconds old at most. */
  interfaces: () => Promise<Pick<InterfaceList, 'details'>>;
  samples: () => readonly InterfaceSample[];
}

const ANY = 'any';

/**
 * The busiest connections of one interface each second, payload: by the helper, which counts UDP and what closed in between
 * too; else by the byte counters of the socket table, TCP only.
 */
export function listenTopConnections(
  { host, table, interfaces, samples }: TopConnectionsOptions,
  iface: string,
  onEvent: (event: TopConnectionsEvent) => void,
): Stop {
  let stopped = false;
  let exact: HelperFlows | null = null;
  let busy = false;

  const flowsOf = async (target: FlowTarget): Promise<OwnedFlow[] | null> => {
    if (host.helper?.state.state !== 'ready') return null;
    const first = exact === null;
    exact ??= await openHelperFlows(host);
    if (stopped) exact.stop();
    return first ? null : (await exact.take()).filter(target.carries);
  };
  const tell = async (state: TableState): Promise<void> => {
    const list = await interfaces();
    const target = targetOf(list, iface);
    const flows = target && (await flowsOf(target).catch(() => forget()));
    if (!stopped) onEvent(topOf(state, list, iface, samples(), flows));
  };
  /** The helper went away: the table goes on alone until it is back. */
  const forget = (): null => {
    exact?.stop();
    exact = null;
    return null;
  };

  const stopTable = table.listenState(state => {
    if (busy) return; // a machine that slow is told of every other second
    busy = true;
    tell(state)
      .catch(() => {}) // without interfaces nothing can be told; the next second tries again
      .finally(() => (busy = false));
  });
  return () => {
    stopped = true;
    exact?.stop();
    stopTable();
  };
}

/** What an interface carries; null when there is none of that name. */
function targetOf(list: Pick<InterfaceList, 'details'>, iface: string): FlowTarget | null {
  const detail = list.details.find(({ name }) => name === iface);
  return detail || iface === ANY ? flowTarget(list, detail) : null;
}

export function topOf(
  { rows, source, atMs, intervalMs }: TableState,
  list: Pick<InterfaceList, 'details'>,
  iface: string,
  samples: readonly InterfaceSample[],
  exact: readonly OwnedFlow[] | null = null,
): TopConnectionsEvent {
  const base = { at_ms: atMs, interface: iface, backend: source.backend };
  const target = targetOf(list, iface);
  if (!target) return { ...base, connections: [], total: 0, unattributed_share: null };
  const carried = [...rows.values()].filter(row => row.foreign_port !== null && target.carries(row));
  const seconds = (intervalMs ?? 1_000) / 1_000;
  const flows: readonly OwnedFlow[] =
    exact ??
    carried
      .filter(({ rx_rate_bps, tx_rate_bps }) => (rx_rate_bps ?? 0) + (tx_rate_bps ?? 0) > 0)
      .map(row => ({
        protocol: row.protocol,
        local_ip: row.local_ip,
        local_port: row.local_port,
        foreign_ip: row.foreign_ip,
        foreign_port: row.foreign_port,
        tx_bytes: ((row.tx_rate_bps ?? 0) * seconds) / 8,
        rx_bytes: ((row.rx_rate_bps ?? 0) * seconds) / 8,
        pid: row.pid,
        program: row.program,
        attribution: row.attribution,
      }));
  const counted = samples
    .filter(sample => iface === ANY || sample.interface === iface)
    .map(sample => ({
      bytes: (((sample.rx_rate_bps ?? 0) + (sample.tx_rate_bps ?? 0)) / 8) * seconds,
      packets: ((sample.rx_packet_rate ?? 0) + (sample.tx_packet_rate ?? 0)) * seconds,
    }));
  const kernel = {
    bytes: counted.reduce((sum, { bytes }) => sum + bytes, 0),
    packets: counted.reduce((sum, { packets }) => sum + packets, 0),
  };
  const known = intervalMs !== null && counted.length > 0 && [...rows.values()].some(row => row.tx_bytes !== null);
  return {
    ...base,
    connections: topConnections(flows, seconds),
    total: carried.length,
    unattributed_share: known ? unattributedShare(flows, kernel, exact ? 'eBPF' : 'tcp_info') : null,
  };
}
