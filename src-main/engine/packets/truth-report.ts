import type { CaptureAnalysis } from './analysis';
import type { TcpFlow } from './flows';
import { countMarks, MARK } from './marks';
import type { CaptureInterface } from './readers/reader';
import type { TcpSide } from './tcp-side';

/** What a reader found out about the file itself. */
export interface CaptureFileFacts {
  name: string;
  type: 'pcap' | 'pcapng' | 'unknown';
  byte_order: 'little' | 'big' | null;
  resolution: 'us' | 'ns' | null;
  link_type: number | null;
  interfaces: CaptureInterface[];
  comments: string[];
  file_bytes: number;
  damage: string | null;
}

/** The neutral report "netsonde-truth/1": counts and rows in Wireshark's terms, for comparing analyses. */
export function truthReport(analysis: CaptureAnalysis, file: CaptureFileFacts): object {
  const { decoder, flows, applications } = analysis;
  const tcp: object[] = [];
  const udp: object[] = [];
  for (const flow of flows.flows) {
    if (flow.evicted) continue;
    if (flow.kind === 'tcp') tcp.push(tcpConnection(analysis, flow));
    else if (flow.packets[0] + flow.packets[1] > 0) {
      const { a, b, packets, bytes } = flow;
      udp.push({
        a: address(a),
        b: address(b),
        packetsAB: packets[0],
        packetsBA: packets[1],
        bytesAB: bytes[0],
        bytesBA: bytes[1],
      });
    }
  }
  return {
    format: 'netsonde-truth/1',
    file: {
      name: file.name,
      type: file.type,
      byteOrder: file.byte_order,
      resolution: file.resolution,
      linktype: file.link_type,
      fileBytes: file.file_bytes,
      damage: file.damage,
    },
    totals: {
      packets: analysis.packets,
      bytes: analysis.bytes,
      capturedBytes: analysis.capturedBytes,
      firstTime: orNull(analysis.firstTs),
      lastTime: orNull(analysis.lastTs),
    },
    protocols: decoder.counts.toRecord(),
    tcp,
    udp,
    ...applications.truthRows(),
    icmp: [...messages('icmp', analysis.icmpCounts), ...messages('icmpv6', analysis.icmp6Counts)],
    arp: { requests: analysis.arpRequests, replies: analysis.arpReplies },
    vlans: [...decoder.vlans].sort((a, b) => a - b),
  };
}

function tcpConnection(analysis: CaptureAnalysis, flow: TcpFlow): object {
  const [ab, ba] = flow.sides;
  const sum = (count: (side: TcpSide) => number): number => count(ab) + count(ba);
  return {
    a: address(flow.a),
    b: address(flow.b),
    packetsAB: ab.packets,
    packetsBA: ba.packets,
    bytesAB: ab.bytes,
    bytesBA: ba.bytes,
    payloadAB: ab.payload,
    payloadBA: ba.payload,
    first: orNull(analysis.toSeconds(flow.firstTime)),
    durationMs: (flow.lastTime - flow.firstTime) / 1e6,
    handshake: handshakeOf(flow),
    teardown: teardownOf(flow),
    retransmissions: sum(side => side.flagged.retransmissions),
    fastRetransmissions: sum(side => side.flagged.fastRetransmissions),
    spuriousRetransmissions: sum(side => side.flagged.spuriousRetransmissions),
    duplicateAcks: sum(side => side.flagged.duplicateAcks),
    outOfOrder: sum(side => side.flagged.outOfOrder),
    zeroWindow: sum(side => side.flagged.zeroWindows),
    lostSegments: sum(side => side.flagged.lostSegments),
    keepAlives: sum(side => side.flagged.keepAlives),
    windowFull: sum(side => side.flagged.windowFull),
    resets: sum(side => side.resets),
    initialRttMs: flow.initialRtt === 0 ? null : Math.round(flow.initialRtt / 1e3) / 1e3,
    completeness: flow.completeness,
  };
}

/** complete: SYN, SYN/ACK and ACK were seen; partial: one of SYN and SYN/ACK. */
export function handshakeOf({ completeness, marks }: TcpFlow): 'complete' | 'partial' | 'none' {
  if ((completeness & 7) === 7) return 'complete';
  return (completeness & 3) !== 0 || countMarks(marks, MARK.syn) + countMarks(marks, MARK.synAck) > 0 ? 'partial' : 'none';
}

export function teardownOf({ sides: [a, b] }: TcpFlow): 'rst' | 'fin' | 'half-fin' | 'none' {
  if (a.resets + b.resets > 0) return 'rst';
  if (a.fins > 0 && b.fins > 0) return 'fin';
  return a.fins + b.fins > 0 ? 'half-fin' : 'none';
}

function* messages(proto: string, counts: ReadonlyMap<number, number>): Generator<object> {
  for (const [key, count] of counts) yield { proto, type: key >>> 8, code: key & 255, count };
}

const address = ({ ip, port }: { ip: string; port: number }): object => ({ addr: ip, port });

const orNull = (seconds: number): number | null => (Number.isNaN(seconds) ? null : Math.round(seconds * 1e6) / 1e6);
