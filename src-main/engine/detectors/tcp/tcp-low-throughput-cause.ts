import { defineDetector } from '../detector';
import type { BulkFacts, SideFacts } from '../flow-facts';
import { at, bytes, percent, rate } from '../words';

/** A share of the time from which on it is named as the limit. */
const NAMED = 0.3;
/** Mathis et al. 1997: rate = MSS / RTT × 1.22 / sqrt(loss). */
const MATHIS = 1.22;

type Cause = 'zero_window' | 'window' | 'loss' | 'application' | 'network';

const CAUSES: Record<Cause, readonly [en: string, zh: string]> = {
  zero_window: ['the receiver, which did not read', '接收方未读取数据'],
  window: ['the receive window', '接收窗口'],
  loss: ['packet loss', '丢包'],
  application: ['the sender, which had nothing to send', '发送方无数据可发'],
  network: ['the path', '路径带宽'],
};

/** What a transfer of a megabyte and more waited for. */
export const tcpLowThroughputCause = defineDetector({
  id: 'tcp-low-throughput-cause',
  severity: 'info',
  references: ['Mathis et al. 1997'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ signs }, { throughput_bytes }) {
    return signs.transfers.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const side = flow.sides[from];
        const seconds = side.lastDataTs - side.firstDataTs;
        // What was sent again, or captured twice, carried nothing more.
        const carried = Math.min(side.payload, side.streamBytes);
        if (carried < throughput_bytes || !side.bulk || !(seconds > 0) || !flow.bothWays) return [];
        const rtt_ms = flow.initialRtt_ms ?? side.rtt?.mean_ms ?? 0;
        const throughput_bps = (carried * 8) / seconds;
        // ACKs follow at once where it was captured near the receiver: being idle cannot be told from waiting there.
        const isNearReceiver = flow.initialRtt_ms !== null && side.rtt !== null && side.rtt.mean_ms * 4 < flow.initialRtt_ms;
        const { cause, share } = causeOf(side, side.bulk, throughput_bps, rtt_ms, isNearReceiver);
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          firstTs: side.firstDataTs,
          lastTs: side.lastDataTs,
          evidence: [{ packet: side.lastDataFrame, ts: side.lastDataTs, role: 'last_data' }],
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            bytes: carried,
            throughput_bps,
            cause,
            share,
            rtt_ms,
            share_zero_window: side.bulk.waits.zeroWindow,
            share_window: side.bulk.waits.window,
            share_loss: side.bulk.waits.loss,
            share_application: side.bulk.waits.application,
            share_network: side.bulk.waits.network,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'What limited a transfer',
      summary: ({ sender, receiver, bytes: size, throughput_bps, cause, share }) =>
        `The transfer of ${bytes(size)} from ${sender} to ${receiver} ran at ${rate(throughput_bps)}; it was limited by ${CAUSES[cause][0]} (${percent(share)} of the time).`,
      advice: () => ['Nothing to do if the rate is what you expect; otherwise begin with the limit that is named.'],
    },
    'zh-CN': {
      title: '传输受限原因',
      summary: ({ sender, receiver, bytes: size, throughput_bps, cause, share }) =>
        `${sender} 到 ${receiver} 的 ${bytes(size)} 传输速率为 ${rate(throughput_bps)}，受限于${CAUSES[cause][1]}（占时间的 ${percent(share)}）。`,
      advice: () => ['如果速率符合预期则无需处理；否则先从所指出的限制入手。'],
    },
  },
});

function causeOf(
  side: SideFacts,
  { waits, maxWindow }: BulkFacts,
  throughput_bps: number,
  rtt_ms: number,
  isNearReceiver: boolean,
): { cause: Cause; share: number } {
  if (waits.zeroWindow >= NAMED) return { cause: 'zero_window', share: waits.zeroWindow };
  const windowLimit_bps = rtt_ms > 1 ? (maxWindow * 8000) / rtt_ms : Number.POSITIVE_INFINITY;
  if (waits.window >= NAMED || Math.abs(throughput_bps / windowLimit_bps - 1) <= 0.2)
    return { cause: 'window', share: waits.window };
  const loss = (side.retransmissions - side.spuriousRetransmissions) / side.dataSegments;
  const mss = side.maxLength || 1460;
  const mathis_bps = loss > 0 && rtt_ms > 1 ? ((mss * 8000) / rtt_ms) * (MATHIS / Math.sqrt(loss)) : Number.POSITIVE_INFINITY;
  const fitsMathis = throughput_bps <= mathis_bps * 2 && throughput_bps >= mathis_bps / 2;
  if (waits.loss >= NAMED || fitsMathis) return { cause: 'loss', share: waits.loss };
  if (!isNearReceiver && waits.application >= NAMED) return { cause: 'application', share: waits.application };
  return { cause: 'network', share: waits.network + (isNearReceiver ? waits.application : 0) };
}
