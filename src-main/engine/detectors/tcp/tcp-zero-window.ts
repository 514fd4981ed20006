import { defineDetector, type EvidencePacket } from '../detector';
import { at, ms, plural } from '../words';

/** A receiver that takes nothing for a while: its application does not read. */
export const tcpZeroWindow = defineDetector({
  id: 'tcp-zero-window',
  severity: 'notice',
  references: ['RFC 9293 §3.8.6'],
  needs: ['tcp'],
  detect({ signs }, { zero_window_warning_ms, zero_window_critical_ms }) {
    return signs.flagged.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { zeroWindow: zero, fins } = flow.sides[from];
        const [receiver, sender] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        const fin = flow.fins.find(mark => mark.from === from);
        // After its FIN a side reads no more: its window means nothing.
        const episodes = zero.episodes.filter(({ frame }) => fins === 0 || !fin || frame < fin.frame);
        if (episodes.length === 0) return [];
        const open =
          zero.open !== null && episodes.includes(zero.open)
            ? zero.open
            : episodes.find(({ reopenedFrame }) => reopenedFrame === null);
        const neverReopened = open !== undefined && open.lasted_ms >= zero_window_warning_ms;
        const isCritical = neverReopened || zero.longest_ms >= zero_window_critical_ms;
        const isWarning = zero.total_ms >= zero_window_warning_ms || zero.count >= 3;
        return {
          flow,
          severity: isCritical ? 'critical' : isWarning ? 'warning' : 'notice',
          count: zero.count,
          evidence: episodes.flatMap(({ frame, ts, reopenedFrame, probes, lasted_ms }): EvidencePacket[] => [
            { packet: frame, ts, role: 'window_closed', fields: { 'tcp.window_size_value': 0, probes } },
            ...(reopenedFrame === null ? [] : [{ packet: reopenedFrame, ts: ts + lasted_ms / 1000, role: 'window_reopened' }]),
          ]),
          metrics: {
            receiver: at(receiver.ip, receiver.port),
            sender: at(sender.ip, sender.port),
            episodes: zero.count,
            total_ms: zero.total_ms,
            longest_ms: zero.longest_ms,
            probes: episodes.reduce((sum, { probes }) => sum + probes, 0),
            reopened: !neverReopened,
            program: flow.process?.program,
            threshold_ms: zero_window_warning_ms,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Receiver takes no data',
      summary: ({ receiver, sender, episodes, total_ms, longest_ms, reopened }) =>
        `${receiver} closed its window to ${sender} ${plural(episodes, 'time')} for ${ms(total_ms)} in all (longest ${ms(longest_ms)})${reopened ? '' : ' and did not open it again'}.`,
      advice: ({ receiver, program }) => [
        `The application at ${receiver}${program ? ` (${program})` : ''} does not read: look at its CPU, disk and locks, and at the receive queue of its socket. The network is not the cause.`,
        'A larger receive buffer (tcp_rmem) helps against short bursts only.',
      ],
    },
    'zh-CN': {
      title: '接收方停止接收数据',
      summary: ({ receiver, sender, episodes, total_ms, longest_ms, reopened }) =>
        `${receiver} 对 ${sender} 关闭窗口 ${episodes} 次，共 ${ms(total_ms)}（最长 ${ms(longest_ms)}）${reopened ? '' : '，且未再打开'}。`,
      advice: ({ receiver, program }) => [
        `${receiver} 上的应用程序${program ? `（${program}）` : ''}没有读取数据：检查其 CPU、磁盘和锁，以及套接字的接收队列。网络不是原因。`,
        '增大接收缓冲区（tcp_rmem）只对短时突发有帮助。',
      ],
    },
  },
});
