import type { Attribution } from '@shared/model/source';

/** Bytes of one pair of ends during a sample, seen from this machine. */
export interface Flow {
  /** null where the backend does not tell (iftop). */
  protocol: string | null;
  local_ip: string;
  /** null for protocols without ports. */
  local_port: number | null;
  foreign_ip: string;
  foreign_port: number | null;
  /** True: `local_ip` is only how the address begins; the backend had no room for the rest. The port is whole. */
  local_cut?: boolean;
  foreign_cut?: boolean;
  tx_bytes: number;
  rx_bytes: number;
  pid: number | null;
  program: string;
}

/** A flow with how sure its process is. */
export interface OwnedFlow extends Flow {
  attribution: Attribution;
}

export interface FlowQuery {
  /** Interface name; null for all of them. */
  iface: string | null;
  seconds: number;
}
