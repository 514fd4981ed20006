import { defineDetector } from '../detector';
import { ms } from '../words';

/** A clock that is wrong: TLS and Kerberos fail when it is minutes. */
export const ntpOffset = defineDetector({
  id: 'ntp-offset',
  severity: 'notice',
  references: ['RFC 5905 §8'],
  needs: ['ntp'],
  detect({ ntp, context }, { ntp_offset_notice_s, ntp_offset_critical_s }) {
    const rows = ntp.filter(
      ({ offset_ms, leap, stratum }) => offset_ms !== null && leap !== 3 && (stratum ?? 0) > 0 && (stratum ?? 16) < 16,
    );
    return [...Map.groupBy(rows, ({ client }) => client)].flatMap(([client, same]) => {
      const last = same.at(-1);
      const offset_s = Math.abs(last?.offset_ms ?? 0) / 1000;
      const isHere = context.ownAddresses.includes(client);
      // A stored capture may have been made anywhere, with any clock; years off is a file that was replayed or rewritten.
      if (!last || offset_s <= ntp_offset_notice_s || (!isHere && offset_s > 86_400)) return [];
      return {
        about: client,
        count: same.length,
        severity: offset_s > ntp_offset_critical_s && isHere ? ('critical' as const) : ('notice' as const),
        evidence: [last].flatMap(({ request_frame, response_frame, time }) => [
          ...(request_frame === null ? [] : [{ packet: request_frame, ts: time, role: 'request' }]),
          ...(response_frame === null ? [] : [{ packet: response_frame, ts: time, role: 'response' }]),
        ]),
        metrics: { client, server: last.server, offset_ms: last.offset_ms ?? 0, threshold_s: ntp_offset_notice_s },
        caveats: isHere ? [] : (['clock_here'] as const),
      };
    });
  },
  text: {
    en: {
      title: 'Clock is wrong',
      summary: ({ client, server, offset_ms }) =>
        `The clock of ${client} is ${ms(Math.abs(offset_ms))} ${offset_ms > 0 ? 'behind' : 'ahead of'} ${server}.`,
      advice: () => [
        'Let the time service step the clock; with minutes of error certificates seem invalid and Kerberos refuses.',
      ],
    },
    'zh-CN': {
      title: '时钟不准',
      summary: ({ client, server, offset_ms }) =>
        `${client} 的时钟比 ${server} ${offset_ms > 0 ? '慢' : '快'} ${ms(Math.abs(offset_ms))}。`,
      advice: () => ['让时间服务校正时钟；相差数分钟时证书会显得无效，Kerberos 会拒绝。'],
    },
  },
});
