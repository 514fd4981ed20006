import type { CaptureContext, CaptureFacts } from '../../../detectors/facts';
import type { FlowFacts, Process, UdpFacts } from '../../../detectors/flow-facts';
import type { ArpFacts, ChecksumFacts, NeighbourFacts } from '../../../detectors/packet-facts';
import type { CaptureAnalysis } from '../../../packets/analysis';
import { addressText } from '../../../packets/flow-key';
import type { UdpFlow } from '../../../packets/flows';
import type { ArpTrack } from '../../../packets/track/arp-track';
import type { NeighbourTrack } from '../../../packets/track/neighbour-track';
import type { UdpNumbers } from '../../../packets/track/udp-numbers';
import type { UdpSide } from '../../../packets/track/udp-track';
import { TcpView, type ToSeconds } from './tcp-facts';
import { SignLists } from './tcp-signs';

const MS = 1e6;

/** What the packets do not say. */
export interface FactsOptions {
  context?: Partial<CaptureContext>;
  dropped?: CaptureFacts['dropped'];
  damage?: string | null;
  /** Who owns a flow, where the socket table of the time knew it. */
  processOf?: (flow: { number: number; a: { ip: string; port: number }; b: { ip: string; port: number } }) => Process | null;
}

/** Makes the facts of a finished analysis. Flows are views: cheap until a detector looks at them. */
export function factsOf(analysis: CaptureAnalysis, options: FactsOptions = {}): CaptureFacts {
  const { track, applications, decoder } = analysis;
  const { rows } = applications;
  const seconds: ToSeconds = time => analysis.toSeconds(time);
  const endTime = analysis.lastTime;
  const tcp: TcpView[] = [];
  const signs = new SignLists();
  const udp: UdpFacts[] = [];
  const byNumber = new Map<number, FlowFacts>();
  for (const flow of analysis.flows.flows) {
    if (flow.evicted) continue;
    const process = options.processOf?.(flow) ?? null;
    if (flow.kind === 'tcp') {
      const view = new TcpView(flow, seconds, endTime, process);
      tcp.push(view);
      signs.add(flow, view);
      byNumber.set(flow.number, view);
    } else if (flow.packets[0] + flow.packets[1] > 0) {
      const view = udpFacts(flow, seconds, process);
      udp.push(view);
      byNumber.set(flow.number, view);
    }
  }
  const { frames, icmp, checksums } = track;
  for (const echo of icmp.echoes.values()) icmp.expire(echo, endTime);
  let talkers: Map<string, number> | undefined;
  return {
    packets: analysis.packets,
    startTs: analysis.firstTs,
    endTs: analysis.endTs,
    context: { ownAddresses: [], gateways: gatewaysOf(analysis), portFilter: false, dhcpServers: [], ...options.context },
    localMacs: frames.localMacs,
    tcp,
    signs,
    udp,
    dns: rows.dns.rows,
    http: rows.http.rows,
    tls: rows.tls.rows,
    quic: rows.quic.rows,
    dhcp: rows.dhcp.rows,
    dhcpv6: rows.dhcpv6.rows,
    ntp: rows.ntp.rows,
    rtp: rows.rtp.rows,
    credentials: rows.credentials.rows,
    protocols: new Map(Object.entries(decoder.counts.toRecord())),
    icmpErrors: icmp.errors.map(({ time, flow, quote, ...error }) => ({
      ...error,
      ts: seconds(time),
      quote,
      flow: flow || null,
    })),
    echoes: icmp.echoes.values().map(({ firstTime, lastTime, ...echo }) => {
      return { ...echo, firstTs: seconds(firstTime), lastTs: seconds(lastTime) };
    }),
    arp: arpFacts(track.arp, seconds),
    neighbours: neighbourFacts(track.neighbours, seconds),
    fragments: {
      lost: track.fragments.map(({ time, ...set }) => ({ ...set, ts: seconds(time) })),
      total: decoder.fragments.fragments,
      completed: decoder.fragments.completed,
    },
    lowTtl: frames.lowTtl.values().map(({ ttls, firstTime, lastTime, ...low }) => ({
      ...low,
      ttls: [0, 1, 2, 3, 4].filter(ttl => (ttls & (1 << ttl)) !== 0),
      firstTs: seconds(firstTime),
      lastTs: seconds(lastTime),
    })),
    checksums: {
      sources: checksums.sources.values().map(({ firstTime, lastTime, protocols, ...source }): ChecksumFacts => {
        return { ...source, protocols: [...protocols], firstTs: seconds(firstTime), lastTs: seconds(lastTime) };
      }),
      checked: checksums.checked,
      sampled: checksums.sampled,
    },
    duplicates: {
      checked: frames.duplicates.checked,
      same: frames.duplicates.same,
      routed: frames.duplicates.routed,
      frames: frames.duplicates.frames.map(({ frame, time, of }) => ({ frame, ts: seconds(time), of })),
      loops: frames.duplicates.loops.map(({ time, lastTime, ...loop }) => ({
        ...loop,
        ts: seconds(time),
        lastTs: seconds(lastTime),
      })),
    },
    disorder: {
      steps: frames.disorderSteps,
      worst_ms: frames.disorderWorst / MS,
      frames: frames.disorderFrames,
      firstTs: seconds(frames.disorderFirst),
      lastTs: seconds(frames.disorderLast),
      clockJumps: frames.clockJumps,
      clockJumpWorst_s: frames.clockJumpWorst / 1e9,
    },
    broadcast: {
      frames: frames.groupFrames,
      stormSeconds: frames.stormSeconds,
      peakPerSecond: frames.peakPerSecond,
      peakFrame: frames.stormFrame,
      peakTs: seconds(frames.stormTime),
      senders: frames.broadcasters.values().sort((one, other) => other.frames - one.frames),
      loop: { repeats: frames.loopRepeats, frame: frames.loopFrame, ts: seconds(frames.loopTime) },
    },
    bridge: { ...track.bridge, firstTs: seconds(track.bridge.firstTime), lastTs: seconds(track.bridge.lastTime) },
    oddProbes: track.oddProbes.values().map(({ firstTime, lastTime, ...probe }) => {
      return { ...probe, firstTs: seconds(firstTime), lastTs: seconds(lastTime) };
    }),
    truncated: analysis.truncated,
    damage: options.damage ?? null,
    dropped: options.dropped ?? { kernel: null, interface: null, received: null },
    tcpSegments: analysis.tcpFlows.segments,
    flowsEvicted: analysis.flows.evicted,
    flow: number => byNumber.get(number),
    lastSent(ip) {
      talkers ??= lastSendings(tcp, udp, analysis, seconds);
      return talkers.get(ip) ?? null;
    },
  };
}

/** What DHCP and router advertisements in the capture name as the way out. */
function gatewaysOf({ applications, track }: CaptureAnalysis): string[] {
  const leased = applications.rows.dhcp.rows.filter(({ type }) => type === 'ACK').flatMap(({ routers }) => routers);
  const advertised = track.neighbours.routers
    .values()
    .filter(({ lifetime_s }) => lifetime_s > 0)
    .map(({ router }) => router);
  return [...new Set([...leased, ...advertised])];
}

function udpFacts(flow: UdpFlow, seconds: ToSeconds, process: Process | null): UdpFacts {
  const firstTs = seconds(flow.firstTime);
  const lastTs = seconds(flow.lastTime);
  const side = (index: 0 | 1) => {
    const track: UdpSide | undefined = flow.track?.sides[index];
    const isFollowed = track !== undefined && track.packets > 0;
    return {
      packets: flow.packets[index],
      bytes: flow.bytes[index],
      firstTs: isFollowed && index === 1 ? seconds(track.firstTime) : firstTs,
      lastTs: isFollowed ? seconds(track.lastTime) : lastTs,
      firstFrame: index === 0 ? flow.firstFrame : (track?.firstFrame ?? 0),
      lastFrame: track?.lastFrame ?? 0,
      numbered: numbersOf(track?.numbers ?? null),
      stalls: {
        count: track?.stallCount ?? 0,
        total_ms: (track?.stallTotal ?? 0) / MS,
        longest_ms: (track?.stallLongest ?? 0) / MS,
        kept: (track?.stalls ?? []).map(({ fromFrame, frame, time, lasted }) => {
          return { fromFrame, frame, ts: seconds(time), lasted_ms: lasted / MS };
        }),
      },
    };
  };
  const { number, a, b, firstFrame } = flow;
  return { proto: 'udp', number, a, b, firstFrame, firstTs, lastTs, process, sides: [side(0), side(1)] };
}

function numbersOf(numbers: UdpNumbers | null): UdpFacts['sides'][0]['numbered'] {
  if (!numbers) return null;
  const { protocol, received, lost, gapFrames } = numbers;
  return { protocol, received, lost, gapFrames };
}

function arpFacts(arp: ArpTrack, seconds: ToSeconds): ArpFacts {
  return {
    packets: arp.packets,
    claims: [...arp.claims.map].map(([address, claims]) => ({
      ip: addressText(4, { w0: 0, w1: 0, w2: 0, w3: address | 0 }),
      claims: claims.map(({ firstTime, lastTime, ...claim }) => ({
        ...claim,
        firstTs: seconds(firstTime),
        lastTs: seconds(lastTime),
      })),
    })),
    questions: arp.questions.map(({ openSince, lastTime, ...question }) => {
      return { ...question, openSince: seconds(openSince), lastTs: seconds(lastTime) };
    }),
    senders: arp.senders.values(),
    storms: { count: arp.storms, frames: arp.stormFrames, firstTs: seconds(arp.stormFirst), lastTs: seconds(arp.stormLast) },
    busySeconds: arp.busySeconds,
    peakPerSecond: arp.peakPerSecond,
  };
}

function neighbourFacts(track: NeighbourTrack, seconds: ToSeconds): NeighbourFacts {
  return {
    questions: track.questions.values().map(({ openSince, lastTime, answerTime, ...question }) => {
      return { ...question, openSince: seconds(openSince), lastTs: seconds(lastTime), answerTs: seconds(answerTime) };
    }),
    routers: track.routers.values().map(({ time, ...router }) => ({ ...router, ts: seconds(time) })),
    solicitations: track.solicitations.values().map(({ firstTime, lastTime, ...asked }) => {
      return { ...asked, firstTs: seconds(firstTime), lastTs: seconds(lastTime) };
    }),
    redirects: track.redirects.map(({ time, ...redirect }) => ({ ...redirect, ts: seconds(time) })),
  };
}

function lastSendings(
  tcp: readonly TcpView[],
  udp: readonly UdpFacts[],
  analysis: CaptureAnalysis,
  seconds: ToSeconds,
): Map<string, number> {
  const last = new Map<string, number>();
  const saw = (ip: string, ts: number): void => {
    if (!((last.get(ip) ?? 0) > ts)) last.set(ip, ts);
  };
  for (const flow of [...tcp, ...udp]) {
    if (flow.sides[0].packets > 0) saw(flow.a.ip, flow.lastTs);
    if (flow.sides[1].packets > 0) saw(flow.b.ip, flow.lastTs);
  }
  for (const { from, to, requests, replies, lastTime } of analysis.track.icmp.echoes.values()) {
    if (requests > 0) saw(from, seconds(lastTime));
    if (replies > 0) saw(to, seconds(lastTime));
  }
  for (const { reporter, time } of analysis.track.icmp.errors) saw(reporter, seconds(time));
  return last;
}
