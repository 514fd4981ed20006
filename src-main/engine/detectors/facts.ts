// What detectors see of a capture: plain, read-only. Times are seconds since 1970, frames Wireshark's numbers, durations
// carry their unit. The analysis of packets builds it; detectors import nothing of it.

import type { FlowFacts, TcpFacts, TcpSigns, UdpFacts } from './flow-facts';
import type {
  ArpFacts,
  ChecksumFacts,
  EchoFacts,
  FragmentFacts,
  IcmpErrorFacts,
  LoopFacts,
  LowTtlFacts,
  NeighbourFacts,
  OddProbeFacts,
} from './packet-facts';
import type {
  CredentialFacts,
  DhcpFacts,
  Dhcpv6Facts,
  DnsFacts,
  HttpFacts,
  NtpFacts,
  QuicFacts,
  RtpFacts,
  TlsFacts,
} from './row-facts';

/** What is known of the machine and the way the capture was made; empty for a file. */
export interface CaptureContext {
  /** Addresses of the capturing machine. */
  readonly ownAddresses: readonly string[];
  readonly gateways: readonly string[];
  /** A filter that names ports was used: fragments without ports are missing. */
  readonly portFilter: boolean;
  /** DHCP servers that are known to be right; empty when nobody said. */
  readonly dhcpServers: readonly string[];
}

export interface CaptureFacts {
  readonly packets: number;
  readonly startTs: number;
  readonly endTs: number;
  readonly context: CaptureContext;
  /** Hardware addresses in nearly every frame: the capturing machine, and its partner when there is only one. */
  readonly localMacs: readonly string[];
  readonly tcp: readonly TcpFacts[];
  readonly signs: TcpSigns;
  readonly udp: readonly UdpFacts[];
  readonly dns: readonly DnsFacts[];
  readonly http: readonly HttpFacts[];
  readonly tls: readonly TlsFacts[];
  readonly quic: readonly QuicFacts[];
  readonly dhcp: readonly DhcpFacts[];
  readonly dhcpv6: readonly Dhcpv6Facts[];
  readonly ntp: readonly NtpFacts[];
  readonly rtp: readonly RtpFacts[];
  readonly credentials: readonly CredentialFacts[];
  /** Packets by Wireshark's protocol names. */
  readonly protocols: ReadonlyMap<string, number>;
  readonly icmpErrors: readonly IcmpErrorFacts[];
  readonly echoes: readonly EchoFacts[];
  readonly arp: ArpFacts;
  readonly neighbours: NeighbourFacts;
  readonly fragments: { readonly lost: readonly FragmentFacts[]; readonly total: number; readonly completed: number };
  readonly lowTtl: readonly LowTtlFacts[];
  readonly checksums: { readonly sources: readonly ChecksumFacts[]; readonly checked: number; readonly sampled: boolean };
  readonly duplicates: {
    readonly checked: number;
    readonly same: number;
    readonly routed: number;
    readonly frames: readonly { readonly frame: number; readonly ts: number; readonly of: number }[];
    readonly loops: readonly LoopFacts[];
  };
  readonly disorder: {
    readonly steps: number;
    readonly worst_ms: number;
    readonly frames: readonly number[];
    readonly firstTs: number;
    readonly lastTs: number;
    readonly clockJumps: number;
    readonly clockJumpWorst_s: number;
  };
  readonly broadcast: {
    readonly frames: number;
    readonly stormSeconds: number;
    readonly peakPerSecond: number;
    readonly peakFrame: number;
    readonly peakTs: number;
    readonly senders: readonly { readonly mac: string; readonly frames: number }[];
    readonly loop: { readonly repeats: number; readonly frame: number; readonly ts: number };
  };
  readonly bridge: {
    readonly messages: number;
    readonly topologyChanges: number;
    readonly rootChanges: number;
    readonly frames: readonly number[];
    readonly firstTs: number;
    readonly lastTs: number;
    readonly root: string;
  };
  readonly oddProbes: readonly OddProbeFacts[];
  /** Packets cut by the snap length. */
  readonly truncated: number;
  readonly damage: string | null;
  /** Lost by what captured; null where nobody counted. */
  readonly dropped: { readonly kernel: number | null; readonly interface: number | null; readonly received: number | null };
  readonly tcpSegments: number;
  readonly flowsEvicted: number;
  /** The flow by its number. */
  readonly flow: (number: number) => FlowFacts | undefined;
  /** When the address was last seen as the source of a packet; null when it never was. */
  readonly lastSent: (ip: string) => number | null;
}
