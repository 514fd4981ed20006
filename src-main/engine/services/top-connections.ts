import type { InterfaceList, InterfaceSample } from '@shared/model/interface';
import type { TopConnectionsEvent } from '@shared/model/traffic';
import { type OwnedFlow, topConnections, unattributedShare } from './flows';
import type { SocketTable, TableState } from './socket-table';
import type { Stop } from './stream';
import { flowTarget } from './traffic';

export interface TopConnectionsOptions {
  table: SocketTable;
  /** Interfaces of this machine, a few seconds old at most. */
  interfaces: () => Promise<Pick<InterfaceList, 'details'>>;
  samples: () => readonly InterfaceSample[];
}

const ANY = 'any';

/** The busiest connections of one interface each second, from the byte counters of the socket table: TCP only, payload. */
export function listenTopConnections(
  { table, interfaces, samples }: TopConnectionsOptions,
  iface: string,
  onEvent: (event: TopConnectionsEvent) => void,
): Stop {
  let stopped = false;
  const stopTable = table.listenState(state => {
    void interfaces().then(
      list => {
        if (!stopped) onEvent(topOf(state, list, iface, samples()));
      },
      () => {}, // without interfaces nothing can be told; the next second tries again
    );
  });
  return () => {
    stopped = true;
    stopTable();
  };
}

export function topOf(
  { rows, source, atMs, intervalMs }: TableState,
  list: Pick<InterfaceList, 'details'>,
  iface: string,
  samples: readonly InterfaceSample[],
): TopConnectionsEvent {
  const detail = list.details.find(({ name }) => name === iface);
  const base = { at_ms: atMs, interface: iface, backend: source.backend };
  if (!detail && iface !== ANY) return { ...base, connections: [], total: 0, unattributed_share: null };
  const target = flowTarget(list, detail);
  const carried = [...rows.values()].filter(row => row.foreign_port !== null && target.carries(row));
  const seconds = (intervalMs ?? 1_000) / 1_000;
  const flows: OwnedFlow[] = carried
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
    unattributed_share: known ? unattributedShare(flows, kernel, 'tcp_info') : null,
  };
}
