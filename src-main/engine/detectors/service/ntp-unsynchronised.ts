import { defineDetector } from '../detector';

const NO_KISS = 0;

/** A time server that does not know the time itself. */
export const ntpUnsynchronised = defineDetector({
  id: 'ntp-unsynchronised',
  severity: 'warning',
  references: ['RFC 5905 §7.3'],
  needs: ['ntp'],
  detect({ ntp }) {
    const bad = ntp.filter(
      ({ response_frame, leap, stratum }) =>
        response_frame !== null && stratum !== NO_KISS && (leap === 3 || (stratum ?? 0) >= 16),
    );
    return [...Map.groupBy(bad, ({ server }) => server)].map(([server, rows]) => ({
      about: server,
      count: rows.length,
      evidence: rows.slice(0, 8).map(({ response_frame, time, leap, stratum }) => ({
        packet: response_frame ?? 0,
        ts: time,
        role: 'response',
        fields: { 'ntp.flags.li': leap, 'ntp.stratum': stratum },
      })),
      metrics: { server, leap: rows[0]?.leap ?? null, stratum: rows[0]?.stratum ?? null, answers: rows.length },
    }));
  },
  text: {
    en: {
      title: 'Time server not synchronised',
      summary: ({ server, leap, stratum }) =>
        `${server} says that its own clock is not synchronised (leap ${leap}, stratum ${stratum}).`,
      advice: () => ['Look at the upstream servers of that time server; clients ignore it meanwhile.'],
    },
    'zh-CN': {
      title: '时间服务器未同步',
      summary: ({ server, leap, stratum }) => `${server} 表示其自身时钟未同步（leap ${leap}，stratum ${stratum}）。`,
      advice: () => ['检查该时间服务器的上游；在此期间客户端会忽略它。'],
    },
  },
});
