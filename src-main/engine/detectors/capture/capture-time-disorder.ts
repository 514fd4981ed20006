import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { ms, plural } from '../words';

const JUMP_S = 3600;

/** Time stamps that go backwards, or jump. */
export const captureTimeDisorder = defineDetector({
  id: 'capture-time-disorder',
  severity: 'notice',
  references: ['reordercap(1)'],
  needs: ['packets'],
  detect({ disorder, packets }, { disorder_warning }) {
    const { steps, worst_ms, frames, firstTs, lastTs } = disorder;
    if (steps === 0) return [];
    return [
      {
        count: steps,
        severity: steps / packets > disorder_warning && steps >= 3 ? ('warning' as const) : ('notice' as const),
        firstTs,
        lastTs,
        evidence: ofFrames(frames, 'earlier_than_the_packet_before'),
        metrics: { steps, worst_ms, share: steps / packets, clock_was_set: worst_ms / 1000 > JUMP_S, threshold_ms: 1 },
      },
    ];
  },
  text: {
    en: {
      title: 'Time stamps go backwards',
      summary: ({ steps, worst_ms, clock_was_set }) =>
        `${plural(steps, 'packet')} are stamped earlier than the one before, by up to ${ms(worst_ms)}${clock_was_set ? ': the clock was set, or captures were joined' : ''}.`,
      advice: () => ['Order the file by time (reordercap), and look at the clock of the capturing machine; delays are doubtful.'],
    },
    'zh-CN': {
      title: '时间戳倒退',
      summary: ({ steps, worst_ms, clock_was_set }) =>
        `${steps} 个数据包的时间戳早于前一个，最多 ${ms(worst_ms)}${clock_was_set ? '：时钟被调整过，或文件由多次抓包合并' : ''}。`,
      advice: () => ['按时间重排文件（reordercap），并检查抓包机器的时钟；时延数据不可靠。'],
    },
  },
});
