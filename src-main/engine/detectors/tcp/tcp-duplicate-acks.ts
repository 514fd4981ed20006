import { defineDetector } from '../detector';
import { at, plural } from '../words';

/** A receiver asks again and again for a segment, and the sender does not react. */
export const tcpDuplicateAcks = defineDetector({
  id: 'tcp-duplicate-acks',
  severity: 'notice',
  references: ['RFC 5681 §3.2'],
  needs: ['tcp_both_ways'],
  detect({ signs }, { duplicate_ack_run, duplicate_ack_warning }) {
    return signs.flagged.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const runs = flow.bothWays ? flow.sides[from].unansweredRuns.filter(({ count }) => count >= duplicate_ack_run) : [];
        if (runs.length === 0) return [];
        const longest = Math.max(...runs.map(({ count }) => count));
        const [receiver, sender] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          severity: longest >= duplicate_ack_warning ? 'warning' : 'notice',
          count: runs.length,
          evidence: runs.flatMap(({ frame, ts, lastFrame, count }) => [
            { packet: frame, ts, role: 'duplicate_ack', fields: { 'tcp.analysis.duplicate_ack_num': 3 } },
            {
              packet: lastFrame,
              ts: Number.NaN,
              role: 'last_duplicate_ack',
              fields: { 'tcp.analysis.duplicate_ack_num': count },
            },
          ]),
          metrics: {
            receiver: at(receiver.ip, receiver.port),
            sender: at(sender.ip, sender.port),
            runs: runs.length,
            longest_run: longest,
            threshold: duplicate_ack_run,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Duplicate ACKs without reaction',
      summary: ({ receiver, sender, longest_run, runs }) =>
        `${receiver} asked up to ${longest_run} times for a missing segment (${plural(runs, 'run')}); no retransmission of ${sender} followed.`,
      advice: () => [
        'Either the sender did not get the ACKs, or its retransmission is not in the capture: capture at the sender too.',
      ],
    },
    'zh-CN': {
      title: '重复 ACK 未得到响应',
      summary: ({ receiver, sender, longest_run, runs }) =>
        `${receiver} 为缺失的段最多请求了 ${longest_run} 次（共 ${runs} 次），之后没有看到 ${sender} 的重传。`,
      advice: () => ['发送方未收到这些 ACK，或其重传未被抓到：请在发送方一侧同时抓包。'],
    },
  },
});
