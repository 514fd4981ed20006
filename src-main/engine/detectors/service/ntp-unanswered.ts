import { defineDetector } from '../detector';
import { isGroup } from '../peers';
import { plural } from '../words';

/** A time server that does not answer. */
export const ntpUnanswered = defineDetector({
  id: 'ntp-unanswered',
  severity: 'warning',
  references: ['RFC 5905 §8'],
  needs: ['ntp', 'both_directions'],
  detect({ ntp, endTs, flow }, { ntp_wait_s, ntp_unanswered }) {
    return [
      ...Map.groupBy(
        ntp.filter(({ request_frame }) => request_frame !== null),
        ({ client, server }) => `${client} ${server}`,
      ),
    ].flatMap(([about, rows]) => {
      const [first] = rows;
      if (!first || isGroup(first.server)) return [];
      // The longest row of silence.
      let longest: (typeof rows)[number][] = [];
      let run: typeof longest = [];
      for (const row of rows) {
        if (row.response_frame !== null) run = [];
        else if (endTs - row.time >= ntp_wait_s) run = [...run, row];
        if (run.length > longest.length) longest = run;
      }
      if (longest.length < ntp_unanswered) return [];
      return {
        about,
        flow: flow(first.stream),
        peer: first.server,
        source: first.client,
        count: longest.length,
        evidence: longest
          .slice(0, 8)
          .map(({ request_frame, time }) => ({ packet: request_frame ?? 0, ts: time, role: 'request' })),
        metrics: { client: first.client, server: first.server, requests: longest.length, threshold_s: ntp_wait_s },
      };
    });
  },
  text: {
    en: {
      title: 'Time server does not answer',
      summary: ({ client, server, requests }) =>
        `${server} did not answer ${plural(requests, 'NTP request')} of ${client} in a row.`,
      advice: () => ['Check that UDP port 123 passes and that the server runs; clocks drift by seconds a day without it.'],
    },
    'zh-CN': {
      title: '时间服务器无应答',
      summary: ({ client, server, requests }) => `${server} 连续未应答 ${client} 的 ${requests} 个 NTP 请求。`,
      advice: () => ['确认 UDP 123 端口畅通且服务器在运行；没有它时钟每天会偏差数秒。'],
    },
  },
});
