import { defineDetector, type EvidencePacket } from '../detector';
import type { TcpFacts } from '../flow-facts';
import { at } from '../words';

const SMALL = 536;

/** Full-size segments vanish while small ones pass, and no router says why. */
export const mtuBlackhole = defineDetector({
  id: 'mtu-blackhole',
  severity: 'critical',
  references: ['RFC 2923', 'RFC 4821'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ tcp, signs, icmpErrors }, { mtu_full_slack }) {
    const told = new Set(icmpErrors.filter(({ mtu }) => mtu !== null).map(({ quote }) => quote?.dst));
    return signs.flagged.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const side = flow.sides[from];
        const other = flow.sides[from === 0 ? 1 : 0];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        if (side.repeats.length === 0 || other.packets === 0 || other.zeroWindow.count > 0 || told.has(receiver.ip)) return [];
        const full = Math.max(SMALL + 1, Math.min(other.mss ?? side.maxLength, side.mss ?? 65_535) - mtu_full_slack);
        const lost = side.repeats.filter(
          ({ length, times, acked }) => length >= full && times >= 2 && !(acked && length <= side.ackedMax),
        );
        const isTwice = lost.length >= 2 || lost.some(({ times }) => times >= 3);
        const smallLost = side.repeats.some(({ length, acked, times }) => length <= SMALL && times >= 2 && !acked);
        // Whatever of full size was acknowledged once has passed: then it is loss, no limit.
        if (!isTwice || smallLost || side.ackedMax >= full || !smallPassed(flow, tcp)) return [];
        const smallestLost = Math.min(...lost.map(({ length }) => length));
        const overhead = sender.ip.includes(':') ? 60 : 40;
        return {
          flow,
          count: lost.reduce((sum, { times }) => sum + times, 0),
          evidence: lost.flatMap(({ frame, ts, lastFrame, lastTs, length }): EvidencePacket[] => [
            { packet: frame, ts, role: 'retransmission', fields: { 'tcp.len': length } },
            { packet: lastFrame, ts: lastTs, role: 'last_retransmission', fields: { 'tcp.len': length } },
          ]),
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            largest_passed_bytes: side.ackedMax,
            smallest_lost_bytes: smallestLost,
            packet_bytes_lost: smallestLost + overhead,
            confirmed: side.ackedMax > SMALL && lost.some(({ acked }) => acked),
            client_mss: flow.sides[0].mss,
            server_mss: flow.sides[1].mss,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Large packets vanish (MTU black hole)',
      summary: ({ sender, receiver, smallest_lost_bytes, largest_passed_bytes, packet_bytes_lost }) =>
        `Segments of ${smallest_lost_bytes} bytes from ${sender} to ${receiver} are never acknowledged, while segments of up to ${largest_passed_bytes} bytes pass; the path takes less than ${packet_bytes_lost} bytes and nobody says so.`,
      advice: ({ largest_passed_bytes }) => [
        `Clamp the MSS to the path MTU on the tunnel or PPPoE router${largest_passed_bytes > 536 ? ` (${largest_passed_bytes} bytes pass)` : ', or try 1360'}.`,
        'Let ICMP type 3 code 4 (IPv6: type 2) pass the firewalls; else lower the MTU of the interface.',
      ],
    },
    'zh-CN': {
      title: '大数据包消失（MTU 黑洞）',
      summary: ({ sender, receiver, smallest_lost_bytes, largest_passed_bytes, packet_bytes_lost }) =>
        `${sender} 发往 ${receiver} 的 ${smallest_lost_bytes} 字节报文段始终未被确认，而不超过 ${largest_passed_bytes} 字节的可以通过；路径容不下 ${packet_bytes_lost} 字节的数据包，且无设备告知。`,
      advice: ({ largest_passed_bytes }) => [
        `在隧道或 PPPoE 路由器上将 MSS 钳制到路径 MTU${largest_passed_bytes > 536 ? `（${largest_passed_bytes} 字节可通过）` : '，或先试 1360'}。`,
        '允许 ICMP 类型 3 代码 4（IPv6：类型 2）通过防火墙；否则降低接口 MTU。',
      ],
    },
  },
});

/** Small segments of this flow, or of others to the host, are acknowledged: at least the handshake went through. */
function smallPassed(flow: TcpFacts, tcp: readonly TcpFacts[]): boolean {
  if (flow.handshakeComplete || flow.sides.some(({ ackedMax }) => ackedMax > 0)) return true;
  return tcp.some(other => other.b.ip === flow.b.ip && other.handshakeComplete);
}
