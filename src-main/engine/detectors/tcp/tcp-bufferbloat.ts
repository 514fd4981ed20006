import { defineDetector } from '../detector';
import { at, ms, quantile } from '../words';

/** Round trips that grow with the bytes on the way: a queue fills somewhere. */
export const tcpBufferbloat = defineDetector({
  id: 'tcp-bufferbloat',
  severity: 'warning',
  references: ['RFC 8290', 'RFC 7567'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ signs }, { bufferbloat_factor, bufferbloat_ms, bufferbloat_samples }) {
    return signs.transfers.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { bulk, firstDataTs, lastDataTs, lastDataFrame } = flow.sides[from];
        const samples = bulk?.samples ?? [];
        if (samples.length < bufferbloat_samples) return [];
        const rtts = samples.map(({ rtt_ms }) => rtt_ms);
        const minimum_ms = Math.min(...rtts, flow.initialRtt_ms ?? Number.POSITIVE_INFINITY);
        const p95_ms = quantile(rtts, 0.95);
        if (p95_ms < minimum_ms * bufferbloat_factor || p95_ms < minimum_ms + bufferbloat_ms) return [];
        const correlation = rankCorrelation(
          rtts,
          samples.map(({ inFlight }) => inFlight),
        );
        if (correlation < 0.5) return [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          firstTs: firstDataTs,
          lastTs: lastDataTs,
          evidence: [{ packet: lastDataFrame, ts: lastDataTs, role: 'last_data' }],
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            minimum_ms,
            p95_ms,
            correlation,
            samples: rtts.length,
            threshold_ms: bufferbloat_ms,
          },
          caveats: ['delayed_acks'] as const,
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Queue on the path (bufferbloat)',
      summary: ({ sender, receiver, minimum_ms, p95_ms }) =>
        `While ${sender} sent to ${receiver} the round trip grew from ${ms(minimum_ms)} to ${ms(p95_ms)}.`,
      advice: () => [
        'Use smart queue management (fq_codel, CAKE) at the bottleneck, or limit uploads to a little below its rate.',
      ],
    },
    'zh-CN': {
      title: '路径上存在排队（bufferbloat）',
      summary: ({ sender, receiver, minimum_ms, p95_ms }) =>
        `${sender} 向 ${receiver} 发送期间，往返时间从 ${ms(minimum_ms)} 增长到 ${ms(p95_ms)}。`,
      advice: () => ['在瓶颈处启用智能队列管理（fq_codel、CAKE），或将上传限制在略低于其速率。'],
    },
  },
});

/** Spearman's coefficient. */
function rankCorrelation(one: readonly number[], other: readonly number[]): number {
  const a = ranks(one);
  const b = ranks(other);
  const mean = (a.length - 1) / 2;
  let both = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (const [i, rank] of a.entries()) {
    const da = rank - mean;
    const db = (b[i] ?? 0) - mean;
    both += da * db;
    squaresA += da * da;
    squaresB += db * db;
  }
  return squaresA > 0 && squaresB > 0 ? both / Math.sqrt(squaresA * squaresB) : 0;
}

/** Equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((x, y) => x.value - y.value);
  const found = values.map(() => 0);
  for (let i = 0; i < order.length; ) {
    let next = i;
    while (next < order.length && order[next]?.value === order[i]?.value) next++;
    for (let k = i; k < next; k++) found[order[k]?.index ?? 0] = (i + next - 1) / 2;
    i = next;
  }
  return found;
}
