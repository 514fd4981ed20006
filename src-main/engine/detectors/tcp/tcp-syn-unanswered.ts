import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { byServer, isGroup, serverKey, toServersOf } from '../peers';
import { at, plural } from '../words';

/** SYNs that nobody answers, neither with SYN/ACK nor RST nor ICMP, although the capture goes on. */
export const tcpSynUnanswered = defineDetector({
  id: 'tcp-syn-unanswered',
  severity: 'warning',
  references: ['RFC 9293 §3.5', 'RFC 6298 §2.1'],
  needs: ['handshake', 'both_directions'],
  detect({ tcp, signs, endTs, icmpErrors }, { syn_answer_wait_s, syn_critical_count }) {
    const reported = new Set(icmpErrors.map(({ flow }) => flow));
    const unanswered = signs.notOpened.filter(flow => {
      const last = flow.syns.at(-1);
      return (
        last !== undefined &&
        flow.sides[1].packets === 0 &&
        // More than SYNs: the other direction is not in the capture.
        flow.sides[0].packets === flow.sides[0].syns + flow.sides[0].resets &&
        !isGroup(flow.b.ip) &&
        !reported.has(flow.number) &&
        endTs - last.ts >= syn_answer_wait_s
      );
    });
    const servers = byServer(unanswered);
    if (unanswered.length === 0) return [];
    const answering = new Set(
      toServersOf(unanswered, tcp)
        .filter(({ sides }) => sides[1].packets > 0)
        .map(({ b }) => b.ip),
    );
    return unanswered.map(flow => {
      const { b, sides, syns } = flow;
      const count = sides[0].syns;
      const flows = servers.get(serverKey(flow))?.length ?? 1;
      return {
        flow,
        count,
        severity: count >= syn_critical_count || flows >= syn_critical_count ? 'critical' : 'warning',
        evidence: syns.map(syn => ofMark(syn, 'syn')),
        metrics: {
          server: at(b.ip, b.port),
          syns: count,
          flows_unanswered: flows,
          host_answers_elsewhere: answering.has(b.ip),
          threshold_s: syn_answer_wait_s,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Connection attempt without answer',
      summary: ({ server, syns, flows_unanswered }) =>
        `${server} answered nothing to ${plural(syns, 'SYN')}${flows_unanswered > 1 ? `; ${flows_unanswered} connections there got no answer` : ''}.`,
      advice: ({ host_answers_elsewhere }) => [
        host_answers_elsewhere
          ? 'The host answers on other ports: a firewall most likely drops packets to this one (a closed port would answer with a reset).'
          : 'Check that the host is up and the address is right; a closed port would answer with a reset, a firewall often does not.',
        'Trace the path with TCP to that port, look for local packet drops, and capture at the server to see whether the SYN arrives.',
      ],
    },
    'zh-CN': {
      title: '连接请求无应答',
      summary: ({ server, syns, flows_unanswered }) =>
        `${server} 对 ${syns} 个 SYN 没有任何应答${flows_unanswered > 1 ? `；共有 ${flows_unanswered} 个到该处的连接未得到应答` : ''}。`,
      advice: ({ host_answers_elsewhere }) => [
        host_answers_elsewhere
          ? '该主机在其他端口有应答：很可能是防火墙丢弃了发往此端口的数据包（关闭的端口会回复 RST）。'
          : '确认主机在线且地址正确；关闭的端口会回复 RST，而防火墙往往静默丢弃。',
        '用 TCP 对该端口做路径跟踪，查看本机丢包，并在服务器端抓包确认 SYN 是否到达。',
      ],
    },
  },
});
