// What single packets say, as detectors see it: ICMP, ARP, neighbour discovery, fragments, checksums.

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
