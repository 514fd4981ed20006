// What detectors see of a capture: plain, read-only. Times are seconds since 1970, frames Wireshark's numbers, durations
// carry their unit. The analysis of packets builds it; detectors import nothing of it.

export type Side = 0 | 1;
export type Pair<T> = readonly [T, T];

export interface End {
  readonly ip: string;
  readonly port: number;
}

/** A SYN, FIN or RST. Sequence numbers are relative. */
export interface Mark {
  readonly frame: number;
  readonly ts: number;
  readonly from: Side;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly ttl: number;
}

export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

/** The kinds of tcp.analysis flags that leave evidence. */
export type NoteKind =
  | 'retransmission'
  | 'fastRetransmission'
  | 'spuriousRetransmission'
  | 'duplicateAck'
  | 'outOfOrder'
  | 'zeroWindow'
  | 'zeroWindowProbe'
  | 'lostSegment'
  | 'ackLostSegment'
  | 'keepAlive'
  | 'windowFull';

export interface Sighting {
  readonly frame: number;
  readonly ts: number;
  readonly from: Side;
  readonly seq: number;
  readonly length: number;
  /** ms since the segment was sent first; of a duplicate ACK its number. */
  readonly value: number;
  /** The packet it repeats; 0 when there is none. */
  readonly other: number;
}

/** All of one kind in a flow, both directions: counted, and some kept. */
export interface Note {
  readonly count: number;
  readonly first: readonly Sighting[];
  readonly worst: Sighting;
  readonly last: Sighting;
}

export interface ZeroWindowFacts {
  readonly frame: number;
  readonly ts: number;
  readonly probes: number;
  /** null while it lasts. */
  readonly reopenedFrame: number | null;
  readonly lasted_ms: number;
}

export interface RepeatFacts {
  readonly length: number;
  /** Retransmissions of the same segment. */
  readonly times: number;
  readonly frame: number;
  readonly ts: number;
  readonly lastFrame: number;
  readonly lastTs: number;
  readonly acked: boolean;
}

export interface GapFacts {
  readonly frame: number;
  readonly ts: number;
  readonly bytes: number;
  readonly filled: boolean;
  readonly acked: boolean;
}

export interface DuplicateRunFacts {
  readonly frame: number;
  readonly ts: number;
  readonly lastFrame: number;
  readonly count: number;
}

/** A direction that carried 64 KiB and more. */
export interface BulkFacts {
  /** Share of the time, 0 to 1, the transfer waited for each. */
  readonly waits: { zeroWindow: number; window: number; loss: number; application: number; network: number };
  readonly maxWindow: number;
  readonly maxInFlight: number;
  /** Pairs of round trip (ms) and bytes in flight. */
  readonly samples: readonly { rtt_ms: number; inFlight: number }[];
}

/** One direction of a TCP flow: what this end sent. */
export interface SideFacts {
  readonly packets: number;
  readonly bytes: number;
  readonly payload: number;
  readonly dataSegments: number;
  /** All kinds; as Wireshark counts them. */
  readonly retransmissions: number;
  readonly fastRetransmissions: number;
  readonly spuriousRetransmissions: number;
  readonly retransmittedBytes: number;
  /** Bytes of the stream from the first to the highest one seen, holes among them: what was sent twice counts once. */
  readonly streamBytes: number;
  /** Of the retransmissions: copies of a packet in the capture, and originals that were overtaken. */
  readonly copies: number;
  readonly spuriousCopies: number;
  /** Of those out of order: sent again in truth, by their IP identification. */
  readonly outOfOrderResent: number;
  readonly lateSpurious: number;
  readonly lateRetransmissions: number;
  readonly duplicateAcks: number;
  readonly outOfOrder: number;
  readonly zeroWindows: number;
  readonly lostSegments: number;
  readonly ackLostSegments: number;
  readonly keepAlives: number;
  readonly windowFull: number;
  readonly resets: number;
  readonly fins: number;
  readonly syns: number;
  /** Options of the SYN; null when it was not seen or has none. */
  readonly mss: number | null;
  readonly windowScale: number | null;
  readonly offersSack: boolean;
  /** Everything sent was acknowledged. */
  readonly allAcked: boolean;
  /** From a segment of this end to the ACK of just it. */
  readonly rtt: { count: number; min_ms: number; mean_ms: number; max_ms: number } | null;
  readonly lastTs: number;
  readonly firstDataTs: number;
  readonly lastDataTs: number;
  readonly lastDataFrame: number;
  /** The longest segment sent, and the longest that was acknowledged. */
  readonly maxLength: number;
  readonly maxLengthFrame: number;
  readonly ackedMax: number;
  /** When this end's window was 0. */
  readonly zeroWindow: {
    count: number;
    total_ms: number;
    longest_ms: number;
    open: ZeroWindowFacts | null;
    episodes: readonly ZeroWindowFacts[];
  };
  readonly repeats: readonly RepeatFacts[];
  readonly gaps: { total: number; filled: number; acked: number; kept: readonly GapFacts[] };
  /** Runs of duplicate ACKs of this end that the other did not react to. */
  readonly unansweredRuns: readonly DuplicateRunFacts[];
  readonly keepAliveRun: number;
  readonly keepAliveFrames: readonly number[];
  /** Small segments that waited for the ACK of the one before. */
  readonly held: { count: number; total_ms: number; frames: readonly number[] };
  /** Bursts after a pause whose first flight was that of a new connection. */
  readonly restarts: number;
  readonly bulk: BulkFacts | null;
}

/** How things stood when a RST came; "own" is who sent it. */
export interface ResetFacts {
  readonly frame: number;
  readonly ts: number;
  readonly from: Side;
  readonly idle_ms: number;
  readonly unackedOwn: number;
  readonly unackedOther: number;
  readonly finOwn: boolean;
  readonly finOther: boolean;
  readonly lastDataOwn: number;
  readonly lastDataOther: number;
  /** The last data came from the other end. */
  readonly unanswered: boolean;
  readonly usualTtl: number;
  readonly ttl: number;
  /** More of the same end came after it. */
  readonly followed: boolean;
}

export interface Process {
  readonly pid: number | null;
  readonly program: string | null;
}

interface FlowCommon {
  readonly number: number;
  readonly a: End;
  readonly b: End;
  readonly firstFrame: number;
  readonly firstTs: number;
  readonly lastTs: number;
  readonly process: Process | null;
}

/** `a` sent the SYN, or the first packet. */
export interface TcpFacts extends FlowCommon {
  readonly proto: 'tcp';
  readonly syns: readonly Mark[];
  readonly synAcks: readonly Mark[];
  readonly fins: readonly Mark[];
  readonly resets: readonly Mark[];
  readonly resetContexts: readonly ResetFacts[];
  /** From the SYN to the ACK that ends the handshake; null when not seen. */
  readonly initialRtt_ms: number | null;
  readonly handshakeComplete: boolean;
  /** Packets of both ends are in the capture. */
  readonly bothWays: boolean;
  readonly reusedPorts: boolean;
  readonly previous: { lastTs: number; number: number } | null;
  readonly sides: Pair<SideFacts>;
  note(kind: NoteKind): Note | undefined;
}

export interface StallFacts {
  readonly fromFrame: number;
  readonly frame: number;
  readonly ts: number;
  readonly lasted_ms: number;
}

export interface UdpSideFacts {
  readonly packets: number;
  readonly bytes: number;
  readonly firstTs: number;
  readonly lastTs: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly stalls: { count: number; total_ms: number; longest_ms: number; kept: readonly StallFacts[] };
  /** By the numbers its protocol puts on datagrams in clear text; null without them. */
  readonly numbered: { protocol: string; received: number; lost: number; gapFrames: readonly number[] } | null;
}

/** `a` sent first. */
export interface UdpFacts extends FlowCommon {
  readonly proto: 'udp';
  readonly sides: Pair<UdpSideFacts>;
}

export type FlowFacts = TcpFacts | UdpFacts;

export interface DnsFacts {
  readonly transport: 'udp' | 'tcp';
  readonly proto: 'dns' | 'mdns' | 'llmnr';
  readonly id: number;
  readonly name: string;
  /** null when the name could not be told apart from its record. */
  readonly type: string | null;
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly time: number;
  readonly query_frame: number | null;
  readonly response_frame: number | null;
  readonly rcode: string | null;
  readonly response_ms: number | null;
  readonly repeated: boolean;
  readonly unsolicited: boolean;
  readonly question_differs: boolean;
  readonly truncated: boolean;
  readonly checking_disabled: boolean;
  readonly query_edns_bytes: number | null;
  readonly response_edns_bytes: number | null;
  readonly response_bytes: number | null;
  readonly answers: number | null;
  readonly addresses: readonly string[];
  readonly cnames: readonly string[];
  readonly soa: string | null;
  readonly negative_ttl_s: number | null;
  readonly referral: boolean;
  readonly ede: { readonly code: number; readonly text: string } | null;
  readonly second_answers: readonly {
    readonly frame: number;
    readonly ts: number;
    readonly rcode: string;
    readonly addresses: readonly string[];
  }[];
}

export interface HttpFacts {
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly method: string | null;
  readonly host: string | null;
  readonly path: string | null;
  readonly time: number;
  readonly request_frame: number | null;
  readonly request_end: number | null;
  readonly request_complete: boolean;
  readonly status: number | null;
  readonly response_frame: number | null;
  readonly response_time: number | null;
  readonly response_end: number | null;
  readonly response_complete: boolean;
  readonly ttfb_ms: number | null;
  readonly response_only: boolean;
  readonly content_type: string | null;
  readonly response_length: number | null;
  readonly chunked: boolean;
  readonly retry_after: string | null;
  readonly location: { readonly host: string | null; readonly path: string } | null;
  readonly smuggling_shape: boolean;
  readonly upgrade: string | null;
}

export interface CertificateFacts {
  readonly subject_cn: string | null;
  readonly issuer_cn: string | null;
  readonly self_issued: boolean;
  readonly not_before: number | null;
  readonly not_after: number | null;
  readonly dns_names: readonly string[];
  readonly ip_addresses: readonly string[];
  readonly key_algorithm: string | null;
  readonly key_bits: number | null;
  readonly signature_algorithm: string;
}

export interface TlsAlertFacts {
  readonly frame: number;
  readonly time: number;
  readonly by_client: boolean;
  readonly level: 'warning' | 'fatal';
  readonly code: number;
  readonly description: string;
}

export interface TlsFacts {
  readonly transport: 'tcp' | 'dtls' | 'quic';
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly time: number;
  readonly client_hello_frame: number | null;
  readonly client_hello_bytes: number | null;
  readonly server_hello_frame: number | null;
  readonly server_hello_ms: number | null;
  readonly sni: string | null;
  readonly ech: boolean;
  readonly suites_offered: number | null;
  readonly versions_offered: readonly string[];
  readonly version: string | null;
  readonly version_number: number | null;
  readonly suite: string | null;
  readonly downgrade: boolean;
  readonly certificate: CertificateFacts | null;
  readonly certificate_frame: number | null;
  readonly certificates: number | null;
  readonly alerts: readonly TlsAlertFacts[];
  readonly established_ms: number | null;
  readonly established_frame: number | null;
  readonly clear_text_answer: string | null;
}

export interface CredentialFacts {
  readonly frame: number;
  readonly time: number;
  readonly protocol: string;
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly name: string;
  readonly scheme: string | null;
  readonly length: number;
}

export interface QuoteFacts {
  readonly src: string;
  readonly dst: string;
  /** IP protocol number. */
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
  readonly seq: number | null;
  readonly syn: boolean | null;
  readonly ttl: number;
  readonly length: number;
}

export interface IcmpErrorFacts {
  readonly frame: number;
  readonly ts: number;
  readonly family: number;
  readonly type: number;
  readonly code: number;
  readonly reporter: string;
  readonly receiver: string;
  readonly mtu: number | null;
  readonly gateway: string | null;
  readonly quote: QuoteFacts | null;
  /** Number of the flow the quoted packet belongs to; null when it is not in the capture. */
  readonly flow: number | null;
}

export interface EchoFacts {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly replies: number;
  readonly lost: number;
  readonly lostFrames: readonly number[];
  readonly firstFrame: number;
  readonly firstTs: number;
  readonly lastFrame: number;
  readonly lastTs: number;
  readonly minTtl: number;
}

export interface ArpClaimFacts {
  readonly mac: string;
  readonly firstFrame: number;
  readonly firstTs: number;
  readonly lastFrame: number;
  readonly lastTs: number;
  readonly count: number;
  readonly unsolicited: number;
  readonly frames: readonly number[];
}

export interface ArpQuestionFacts {
  readonly asker: string;
  readonly askerMac: string;
  readonly target: string;
  readonly requests: number;
  readonly frames: readonly number[];
  /** Requests since the last answer. */
  readonly open: number;
  readonly openFrames: readonly number[];
  readonly openSince: number;
  readonly lastTs: number;
  readonly answered: number;
  readonly probe: boolean;
}

export interface ArpSenderFacts {
  readonly mac: string;
  readonly ip: string;
  readonly requests: number;
  readonly gratuitous: number;
  /** Gratuitous ones, and distinct targets, in the busiest 10 s. */
  readonly gratuitousBurst: number;
  readonly burstFrames: readonly number[];
  readonly targetsBurst: number;
  readonly targetFrames: readonly number[];
}

export interface ArpFacts {
  readonly packets: number;
  readonly claims: readonly { readonly ip: string; readonly claims: readonly ArpClaimFacts[] }[];
  readonly questions: readonly ArpQuestionFacts[];
  readonly senders: readonly ArpSenderFacts[];
  readonly storms: {
    readonly count: number;
    readonly frames: readonly number[];
    readonly firstTs: number;
    readonly lastTs: number;
  };
  readonly busySeconds: number;
  readonly peakPerSecond: number;
}

export interface NeighbourQuestionFacts {
  readonly asker: string;
  readonly target: string;
  readonly duplicateDetection: boolean;
  readonly requests: number;
  readonly open: number;
  readonly openSince: number;
  readonly lastTs: number;
  readonly frames: readonly number[];
  readonly answered: number;
  readonly answerFrame: number;
  readonly answerTs: number;
}

export interface RouterFacts {
  readonly router: string;
  readonly mac: string | null;
  readonly lifetime_s: number;
  /** 1 high, 0 medium, -1 low. */
  readonly preference: number;
  readonly managed: boolean;
  readonly other: boolean;
  readonly mtu: number | null;
  readonly prefixes: readonly string[];
  readonly count: number;
  readonly frame: number;
  readonly ts: number;
}

export interface RouterSolicitationFacts {
  readonly asker: string;
  readonly count: number;
  readonly frames: readonly number[];
  readonly firstTs: number;
  readonly lastTs: number;
}

export interface NeighbourFacts {
  readonly questions: readonly NeighbourQuestionFacts[];
  readonly routers: readonly RouterFacts[];
  readonly solicitations: readonly RouterSolicitationFacts[];
  readonly redirects: readonly {
    readonly frame: number;
    readonly ts: number;
    readonly reporter: string;
    readonly gateway: string;
    readonly destination: string;
  }[];
}

export interface DhcpFacts {
  readonly frame: number;
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly from_client: boolean;
  /** DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, …; null for BOOTP. */
  readonly type: string | null;
  readonly transaction: number;
  readonly client_mac: string;
  readonly client_ip: string;
  readonly your_ip: string;
  readonly requested_ip: string | null;
  readonly server_id: string | null;
  readonly routers: readonly string[];
  readonly dns_servers: readonly string[];
}

export interface Dhcpv6Facts {
  readonly frame: number;
  readonly time: number;
  readonly type: string;
  readonly transaction: number;
  readonly client_duid: string | null;
  readonly server_duid: string | null;
}

export interface NtpFacts {
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly time: number;
  readonly request_frame: number | null;
  readonly response_frame: number | null;
  readonly response_ms: number | null;
  readonly leap: number | null;
  readonly stratum: number | null;
  /** Kiss code of stratum 0, name of stratum 1, address above. */
  readonly reference: string | null;
  /** How far the clock of the capture is behind the server's. */
  readonly offset_ms: number | null;
}

export interface QuicFacts {
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly time: number;
  readonly frame: number;
  readonly version: string;
  readonly client_initials: number;
  readonly first_initial_frames: readonly number[];
  readonly last_initial_time: number;
  readonly server_packets: number;
  readonly server_frame: number | null;
  readonly retry_frames: readonly number[];
  readonly version_negotiation_frames: readonly number[];
  readonly close: { readonly frame: number; readonly by_client: boolean; readonly code: number; readonly reason: string } | null;
  readonly sni: string | null;
}

export interface RtpFacts {
  readonly source: string;
  readonly source_port: number;
  readonly destination: string;
  readonly destination_port: number;
  readonly ssrc: number;
  readonly payload_type: number;
  readonly first_frame: number;
  readonly last_frame: number;
  readonly time: number;
  readonly last_time: number;
  readonly packets: number;
  /** Repeats make it smaller, even negative. */
  readonly lost: number;
  readonly out_of_order: number;
  /** RFC 3550 section 6.4.1; null when the clock rate is not known. */
  readonly jitter_ms: number | null;
  readonly max_jitter_ms: number | null;
}

export interface FragmentFacts {
  readonly src: string;
  readonly dst: string;
  readonly family: number;
  readonly protocol: number;
  readonly id: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly ts: number;
  readonly why: 'timeout' | 'limit' | 'end' | 'overlap';
  /** The source port, when the first fragment came. */
  readonly port: number | null;
}

export interface LowTtlFacts {
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly count: number;
  /** Different values seen, ascending. */
  readonly ttls: readonly number[];
  readonly frames: readonly number[];
  readonly firstTs: number;
  readonly lastTs: number;
}

export interface ChecksumFacts {
  readonly ip: string;
  readonly checked: number;
  readonly bad: number;
  /** Of the bad ones: left to the network card (partial sums). */
  readonly partial: number;
  readonly header: number;
  readonly missing: number;
  readonly frames: readonly number[];
  readonly lastFrame: number;
  readonly firstTs: number;
  readonly lastTs: number;
  readonly protocols: readonly string[];
}

export interface LoopFacts {
  readonly src: string;
  readonly dst: string;
  readonly times: number;
  readonly firstTtl: number;
  readonly lastTtl: number;
  readonly frames: readonly number[];
  readonly ts: number;
  readonly lastTs: number;
}

export interface OddProbeFacts {
  readonly src: string;
  readonly dst: string;
  readonly kind: 'null' | 'fin' | 'xmas';
  readonly count: number;
  readonly frames: readonly number[];
  readonly firstTs: number;
  readonly lastTs: number;
}

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

/**
 * TCP flows that show a sign, found in one pass: rules look closer at few flows instead of at all of them. A sign is
 * necessary for the rules that ask for it, never sufficient.
 */
export interface TcpSigns {
  /** Any tcp.analysis flag that leaves a note. */
  readonly flagged: readonly TcpFacts[];
  readonly reset: readonly TcpFacts[];
  /** 64 KiB and more in a direction. */
  readonly transfers: readonly TcpFacts[];
  /** Began with a SYN in the capture. */
  readonly attempted: readonly TcpFacts[];
  /** A SYN, and no SYN/ACK. */
  readonly notOpened: readonly TcpFacts[];
  /** More than one SYN or SYN/ACK. */
  readonly openedAgain: readonly TcpFacts[];
  /** A handshake of more than 100 ms. */
  readonly slow: readonly TcpFacts[];
  /** An MSS that is missing or below 1,400, scaling or SACK that one end did not take. */
  readonly options: readonly TcpFacts[];
  /** One end closed and the other did not, or a FIN was sent thrice. */
  readonly halfClosed: readonly TcpFacts[];
  readonly reusedPorts: readonly TcpFacts[];
  /** Small segments held back, or bursts after pauses. */
  readonly pauses: readonly TcpFacts[];
  /** Segments larger than the other end's MSS, or than an Ethernet frame holds. */
  readonly large: readonly TcpFacts[];
  /** Data, and packets of one end only. */
  readonly oneWay: readonly TcpFacts[];
  /** How many flows have data. */
  readonly withData: number;
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
  /** The flow between two ends, whoever began it, that was there at `ts`. */
  readonly between: (
    proto: 'tcp' | 'udp',
    client: string,
    clientPort: number,
    server: string,
    serverPort: number,
    ts: number,
  ) => FlowFacts | undefined;
  /** When the address was last seen as the source of a packet; null when it never was. */
  readonly lastSent: (ip: string) => number | null;
}
