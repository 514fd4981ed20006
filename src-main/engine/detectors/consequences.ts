import type { CaveatId } from './caveats';
import type { CaptureFacts } from './facts';
import type { FlowFacts } from './flow-facts';
import type { Group } from './judge';

/** A finding that explains others: they are named under it instead of standing beside it (problem catalogue 0.4b). */
interface Edge {
  cause: string | readonly string[];
  explains: readonly string[];
  /** How the two must belong together. */
  by: (cause: Group, consequence: Group, facts: CaptureFacts) => boolean;
}

const sameFlow = (cause: Group, consequence: Group): boolean =>
  consequence.flows.every(flow => cause.flows.includes(flow)) && consequence.flows.length > 0;

const sameSource = (cause: Group, consequence: Group): boolean =>
  cause.source !== undefined && cause.source === consequence.source;

/** The cause is about an address that is the gateway, or the very address the consequence wanted to reach. */
const throughAddress = (cause: Group, consequence: Group, { context }: CaptureFacts): boolean => {
  const target = String(cause.metrics.target ?? '');
  return context.gateways.includes(target) || consequence.peer?.split(' ')[0] === target;
};

const sameServer = (cause: Group, consequence: Group): boolean =>
  cause.peer !== undefined && cause.peer.split(' ')[0] === consequence.peer?.split(' ')[0];

const always = (): boolean => true;

const LOSS = [
  'tcp-fast-retransmission',
  'tcp-spurious-retransmission',
  'tcp-duplicate-acks',
  'tcp-out-of-order',
  'tcp-previous-segment-lost',
  'tcp-acked-unseen',
];

const UNREACHED = [
  'tcp-syn-unanswered',
  'tcp-connection-refused',
  'tcp-refused-icmp',
  'icmp-unreachable',
  'udp-one-way',
  'tcp-reset-midstream',
];

const EDGES: readonly Edge[] = [
  {
    cause: ['scan-syn', 'scan-host', 'scan-udp'],
    explains: [...UNREACHED, 'scan-host', 'tcp-port-reuse', 'dns-timeout', 'ntp-unanswered'],
    by: sameSource,
  },
  { cause: 'scan-arp', explains: ['arp-unanswered', 'arp-storm', 'tcp-syn-unanswered'], by: sameSource },
  {
    cause: 'syn-flood-suspected',
    explains: ['tcp-syn-unanswered', 'tcp-syn-retransmission', 'tcp-half-open', 'tcp-connection-refused', 'tcp-reset-midstream'],
    by: sameServer,
  },
  {
    cause: ['arp-unanswered', 'ipv6-nd-failed'],
    explains: [
      'tcp-syn-unanswered',
      'dns-timeout',
      'icmp-echo-unanswered',
      'icmp-unreachable',
      'tcp-refused-icmp',
      'udp-one-way',
    ],
    by: throughAddress,
  },
  {
    cause: 'arp-spoofing-suspected',
    explains: ['arp-duplicate-ip', 'arp-address-moved', 'arp-gratuitous-storm'],
    by: (cause, other) => cause.about === other.about || cause.metrics.mac === other.metrics.mac,
  },
  { cause: 'broadcast-storm', explains: ['arp-storm', 'capture-duplicates'], by: always },
  {
    cause: 'icmp-unreachable',
    explains: ['dns-timeout', 'udp-one-way', 'ntp-unanswered'],
    by: (cause, other) =>
      sameFlow(cause, other) || (cause.metrics.target !== undefined && other.peer?.split(' ')[0] === cause.metrics.target),
  },
  {
    cause: ['routing-loop'],
    explains: ['icmp-ttl-exceeded', 'tcp-syn-unanswered', 'ip-ttl-low', 'capture-duplicates', 'icmp-echo-unanswered'],
    by: (cause, other) => other.detector.id !== 'tcp-syn-unanswered' || sameFlow(cause, other),
  },
  {
    cause: ['dns-timeout', 'dns-servfail'],
    explains: ['dns-ipv6-first-delay', 'dns-retry-storm'],
    by: (cause, other) => cause.metrics.name !== undefined && cause.metrics.name === other.metrics.name,
  },
  { cause: 'dns-search-domain-storm', explains: ['dns-nxdomain'], by: always },
  {
    cause: 'mtu-blackhole',
    explains: [
      ...LOSS,
      'tcp-retransmission',
      'tls-handshake-failed',
      'http-no-response',
      'http-slow-ttfb',
      'tcp-low-throughput-cause',
      'tcp-reset-midstream',
    ],
    by: sameFlow,
  },
  {
    cause: 'tcp-zero-window',
    explains: [
      'http-slow-ttfb',
      'tcp-low-throughput-cause',
      'tcp-window-full',
      'tcp-retransmission',
      'tcp-keepalive-failing',
      'tcp-slow-start-stall',
      ...LOSS,
    ],
    by: sameFlow,
  },
  {
    cause: 'tcp-out-of-order',
    explains: ['tcp-retransmission'],
    by: (cause, other) => sameFlow(cause, other) && cause.count > other.count * 3,
  },
  { cause: 'tcp-retransmission', explains: LOSS, by: sameFlow },
  {
    cause: 'tcp-out-of-order',
    explains: ['tcp-duplicate-acks', 'tcp-fast-retransmission', 'tcp-spurious-retransmission', 'tcp-previous-segment-lost'],
    by: sameFlow,
  },
  { cause: 'tcp-syn-retransmission', explains: ['tcp-retransmission', 'tcp-handshake-slow'], by: sameFlow },
  { cause: 'tcp-syn-unanswered', explains: ['tcp-retransmission', 'ipv6-fallback-delay'], by: sameFlow },
  {
    cause: ['tls-cert-expired', 'tls-cert-self-signed', 'tls-sni-mismatch', 'tls-alert'],
    explains: ['tls-alert', 'tls-handshake-failed', 'tcp-reset-midstream'],
    by: sameFlow,
  },
  {
    cause: ['tls-plaintext-on-tls-port', 'tls-on-plaintext-port'],
    explains: ['tls-handshake-failed', 'tls-alert', 'http-client-error', 'http-no-response', 'tcp-reset-midstream'],
    by: sameFlow,
  },
  {
    cause: 'tls-handshake-failed',
    explains: ['tcp-reset-midstream', 'tcp-retransmission', 'tcp-half-close-stuck'],
    by: sameFlow,
  },
  { cause: 'tcp-half-open', explains: ['tcp-reset-midstream'], by: sameFlow },
  { cause: 'tcp-data-after-close', explains: ['tcp-reset-midstream'], by: sameFlow },
  {
    cause: 'tcp-keepalive-failing',
    explains: ['tcp-reset-midstream', 'tcp-retransmission', 'tcp-spurious-retransmission'],
    by: sameFlow,
  },
  { cause: 'tcp-reset-midstream', explains: ['http-no-response', 'http-content-length-mismatch'], by: sameFlow },
  { cause: 'tcp-fin-unanswered', explains: ['tcp-retransmission', 'tcp-half-close-stuck'], by: sameFlow },
  {
    cause: 'http-cleartext-credentials',
    explains: ['clear-text-protocol'],
    by: (cause, other) => cause.metrics.protocol === other.metrics.protocol,
  },
  { cause: 'quic-handshake-failed', explains: ['udp-one-way'], by: sameFlow },
  { cause: 'quic-blocked-fallback', explains: ['udp-one-way'], by: sameFlow },
  { cause: ['rtp-loss'], explains: ['udp-loss', 'udp-stall', 'rtp-jitter'], by: sameFlow },
  { cause: 'ipv6-rogue-ra', explains: ['ipv6-multiple-routers'], by: always },
  { cause: 'arp-duplicate-ip', explains: ['arp-address-moved'], by: (cause, other) => cause.about === other.about },
  { cause: 'asymmetric-capture', explains: ['tcp-acked-unseen', 'tcp-previous-segment-lost', 'udp-one-way'], by: always },
  { cause: 'offload-detected', explains: ['tcp-mss-exceeded'], by: always },
];

/** Loss and delay that the capture itself may have made. */
const DOUBTED_BY_DROPS = [
  'tcp-retransmission',
  'tcp-syn-unanswered',
  'tcp-syn-retransmission',
  'dns-timeout',
  'icmp-echo-unanswered',
  'ip-fragments-missing',
  'rtp-loss',
  'udp-loss',
  'udp-stall',
  'http-no-response',
  'tls-handshake-failed',
  'http-content-length-mismatch',
  ...LOSS,
];
const DOUBTED_BY_DUPLICATES = [
  'tcp-retransmission',
  'tcp-spurious-retransmission',
  'tcp-duplicate-acks',
  'dns-retry-storm',
  'dns-mismatched-answer',
];
const DOUBTED_BY_DISORDER = [
  'tcp-out-of-order',
  'tcp-retransmission',
  'tcp-handshake-slow',
  'http-slow-ttfb',
  'dns-slow',
  'rtp-jitter',
  'udp-stall',
];
const DOUBTED_BY_OFFLOAD = ['tcp-retransmission', 'tcp-mss-exceeded', 'tcp-small-mss', 'mtu-blackhole', 'tcp-bufferbloat'];

const DOUBTS: readonly { cause: string; doubted: readonly string[]; caveat: CaveatId }[] = [
  { cause: 'capture-drops', doubted: DOUBTED_BY_DROPS, caveat: 'capture_drops' },
  { cause: 'capture-duplicates', doubted: DOUBTED_BY_DUPLICATES, caveat: 'capture_duplicates' },
  { cause: 'capture-time-disorder', doubted: DOUBTED_BY_DISORDER, caveat: 'time_disorder' },
  { cause: 'offload-detected', doubted: DOUBTED_BY_OFFLOAD, caveat: 'offload' },
];

/** Puts consequences under their causes and says what casts doubt. @returns the groups that stand for themselves */
export function explain(groups: readonly Group[], facts: CaptureFacts): Group[] {
  const byId = Map.groupBy(groups, ({ detector }) => detector.id);
  const byFlow = new Map<FlowFacts, Group[]>();
  for (const group of groups) {
    for (const flow of group.flows) {
      const same = byFlow.get(flow);
      if (same) same.push(group);
      else byFlow.set(flow, [group]);
    }
  }
  const explained = new Set<Group>();
  for (const { cause, explains, by } of EDGES) {
    for (const id of [cause].flat()) {
      for (const one of byId.get(id) ?? []) {
        if (explained.has(one)) continue;
        const candidates =
          by === sameFlow ? one.flows.flatMap(flow => byFlow.get(flow) ?? []) : explains.flatMap(other => byId.get(other) ?? []);
        for (const other of candidates) {
          if (other === one || explained.has(other) || !explains.includes(other.detector.id) || !by(one, other, facts)) continue;
          one.consequences.add(other.detector.id);
          for (const further of other.consequences) one.consequences.add(further);
          explained.add(other);
        }
      }
    }
  }
  for (const { cause, doubted, caveat } of DOUBTS) {
    if (!byId.has(cause)) continue;
    for (const group of doubted.flatMap(id => byId.get(id) ?? [])) group.caveats.add(caveat);
  }
  return groups.filter(group => !explained.has(group));
}

/** Every id that stands in these tables. */
export function explainedIds(): string[] {
  return [
    ...EDGES.flatMap(({ cause, explains }) => [cause, explains].flat()).flat(),
    ...DOUBTS.flatMap(({ cause, doubted }) => [cause, ...doubted]),
  ];
}
