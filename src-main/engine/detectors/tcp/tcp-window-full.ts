import { defineDetector } from '../detector';
import { ofSighting } from '../evidence';
import { at, bytes, plural, rate } from '../words';

/** Below this round trip a window limits nothing that could be computed from it. */
const MIN_RTT_MS = 5;

/** The sender fills the whole window of the receiver: throughput is limited by window / round trip. */
export const tcpWindowFull = defineDetector({
  id: 'tcp-window-full',
  severity: 'notice',
  references: ['RFC 7323 §1.1'],
  needs: ['handshake', 'both_directions'],
  detect({ signs }, { window_full_count }) {
    const candidates = new Set([...signs.flagged, ...signs.transfers]);
    return [...candidates].flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const side = flow.sides[from];
        const other = flow.sides[from === 0 ? 1 : 0];
        const share = (side.bulk?.waits.window ?? 0) + (side.bulk?.waits.zeroWindow ?? 0);
        // The window was closed: that is another finding, with another cause.
        if (flow.syns.length === 0 || other.zeroWindow.count > 0) return [];
        if (side.windowFull < window_full_count && !(share >= 0.3 && (side.bulk?.maxWindow ?? 0) > 0)) return [];
        const note = flow.note('windowFull');
        const own = note ? [...note.first, note.last].filter(sighting => sighting.from === from) : [];
        const seconds = side.lastDataTs - side.firstDataTs;
        const rtt_ms = flow.initialRtt_ms ?? 0;
        const throughput_bps = seconds > 0 ? (side.payload * 8) / seconds : 0;
        const window = side.bulk?.maxWindow ?? 0;
        const limit_bps = rtt_ms >= MIN_RTT_MS ? (window * 8000) / rtt_ms : 0;
        const isLimited = limit_bps > 0 && Math.abs(throughput_bps / limit_bps - 1) <= 0.2;
        if (own.length === 0 && !isLimited) return [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          severity: isLimited ? 'warning' : 'notice',
          count: side.windowFull,
          firstTs: side.firstDataTs,
          lastTs: side.lastDataTs,
          evidence: own.flatMap(sighting => ofSighting({ ...sighting, value: 0, other: 0 }, 'window_full')),
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            times: side.windowFull,
            window_bytes: window,
            rtt_ms,
            throughput_bps,
            limit_bps,
            limited: isLimited,
            threshold: window_full_count,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Receive window full',
      summary: ({ sender, receiver, times, limited, limit_bps, window_bytes }) =>
        limited
          ? `The window of ${receiver} (${bytes(window_bytes)}) limits the transfer from ${sender} to ${rate(limit_bps)}.`
          : `${sender} filled the whole window of ${receiver} ${plural(times, 'time')}.`,
      advice: () => [
        'Check that both SYNs offered window scaling and that nothing on the way removes the option.',
        'An application that sets SO_RCVBUF turns automatic tuning off.',
      ],
    },
    'zh-CN': {
      title: '接收窗口已满',
      summary: ({ sender, receiver, times, limited, limit_bps, window_bytes }) =>
        limited
          ? `${receiver} 的窗口（${bytes(window_bytes)}）将来自 ${sender} 的传输限制在 ${rate(limit_bps)}。`
          : `${sender} 有 ${times} 次用满了 ${receiver} 的接收窗口。`,
      advice: () => ['确认双方 SYN 都带有窗口缩放选项，且路径上没有设备将其删除。', '应用程序设置 SO_RCVBUF 会关闭自动调整。'],
    },
  },
});
