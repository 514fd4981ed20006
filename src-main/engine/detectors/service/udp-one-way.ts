import { defineDetector } from '../detector';
import { isGroup } from '../peers';
import { at, plural } from '../words';

/** Who sends to these wants no answer: syslog, NetFlow, sFlow, statsd. */
const NO_ANSWER = new Set([514, 1514, 2055, 4739, 6343, 9995, 9996, 8125, 162, 4789, 8472, 6081, 67, 68]);
/** Who sends to these does: DNS, NTP, SNMP, WireGuard. */
const ASKING = new Set([53, 123, 161, 51_820]);

/** Datagrams to one place for seconds, and nothing comes back. */
export const udpOneWay = defineDetector({
  id: 'udp-one-way',
  severity: 'info',
  references: ['RFC 8085'],
  needs: ['udp', 'both_directions'],
  detect({ udp, rtp, icmpErrors }, { one_way_packets, one_way_s }) {
    const media = new Set(rtp.flatMap(({ source_port, destination_port }) => [source_port, destination_port]));
    const reported = new Set(icmpErrors.map(({ flow }) => flow));
    return udp.flatMap(flow => {
      const [sent, back] = flow.sides;
      const { a, b } = flow;
      const lasts = sent.lastTs - flow.firstTs;
      if (back.packets > 0 || sent.packets < one_way_packets || lasts < one_way_s || isGroup(b.ip) || reported.has(flow.number))
        return [];
      if (NO_ANSWER.has(b.port) || NO_ANSWER.has(a.port) || media.has(a.port) || media.has(b.port)) return [];
      return {
        flow,
        count: sent.packets,
        severity: ASKING.has(b.port) ? ('warning' as const) : ('info' as const),
        firstTs: flow.firstTs,
        lastTs: sent.lastTs,
        evidence: [
          { packet: sent.firstFrame, ts: flow.firstTs, role: 'first' },
          { packet: sent.lastFrame, ts: sent.lastTs, role: 'last' },
        ],
        metrics: {
          sender: at(a.ip, a.port),
          receiver: at(b.ip, b.port),
          packets: sent.packets,
          seconds: lasts,
          expects_answer: ASKING.has(b.port),
          threshold_packets: one_way_packets,
        },
      };
    });
  },
  text: {
    en: {
      title: 'UDP in one direction only',
      summary: ({ sender, receiver, packets, seconds }) =>
        `${sender} sent ${plural(packets, 'datagram')} to ${receiver} in ${seconds.toFixed(0)} s; nothing came back.`,
      advice: ({ expects_answer }) => [
        expects_answer
          ? 'This service should answer: check that it runs and that UDP passes both ways.'
          : 'Fine for reports and streams; otherwise UDP may be filtered.',
      ],
    },
    'zh-CN': {
      title: '单向 UDP',
      summary: ({ sender, receiver, packets, seconds }) =>
        `${sender} 在 ${seconds.toFixed(0)} 秒内向 ${receiver} 发送了 ${packets} 个数据报，没有任何返回。`,
      advice: ({ expects_answer }) => [
        expects_answer ? '该服务应有应答：确认其在运行且 UDP 双向畅通。' : '对上报和流媒体属正常；否则 UDP 可能被过滤。',
      ],
    },
  },
});
