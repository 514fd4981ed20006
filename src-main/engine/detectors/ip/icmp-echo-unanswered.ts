import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { isGroup } from '../peers';
import { percent, plural } from '../words';

const MIN_REQUESTS = 5;

/** Pings without reply. */
export const icmpEchoUnanswered = defineDetector({
  id: 'icmp-echo-unanswered',
  severity: 'notice',
  references: ['RFC 792'],
  needs: ['icmp', 'both_directions'],
  detect({ echoes, lastSent, lowTtl }, { echo_loss_warning, echo_wait_s }) {
    const tracing = new Set(lowTtl.map(({ src, dst }) => `${src} ${dst}`));
    return [...Map.groupBy(echoes, ({ from, to }) => `${from} ${to}`)].flatMap(([about, same]) => {
      const [first] = same;
      const lost = same.reduce((sum, echo) => sum + echo.lost, 0);
      const requests = same.reduce((sum, echo) => sum + echo.requests, 0);
      if (!first || lost === 0 || isGroup(first.to) || tracing.has(about)) return [];
      const share = lost / requests;
      const answersElse = lost === requests && lastSent(first.to) !== null;
      return {
        about,
        peer: first.to,
        source: first.from,
        count: lost,
        severity: answersElse
          ? ('info' as const)
          : requests >= MIN_REQUESTS && share >= echo_loss_warning
            ? ('warning' as const)
            : ('notice' as const),
        firstTs: first.firstTs,
        lastTs: Math.max(...same.map(({ lastTs }) => lastTs)),
        evidence: ofFrames(same.flatMap(({ lostFrames }) => lostFrames).slice(0, 12), 'echo_request'),
        metrics: {
          from: first.from,
          target: first.to,
          requests,
          lost,
          share,
          answers_otherwise: answersElse,
          wait_s: echo_wait_s,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Ping without reply',
      summary: ({ from, target, requests, lost, share }) =>
        `${target} did not reply to ${plural(lost, 'ping')} of ${requests} from ${from} (${percent(share)}).`,
      advice: ({ answers_otherwise }) => [
        answers_otherwise
          ? 'The host sends other packets: it, or a firewall, drops pings only.'
          : 'Trace the path; some loss on routers in between is usual, loss at the end is not.',
      ],
    },
    'zh-CN': {
      title: 'Ping 无应答',
      summary: ({ from, target, requests, lost, share }) =>
        `${target} 未应答 ${from} 的 ${requests} 次 ping 中的 ${lost} 次（${percent(share)}）。`,
      advice: ({ answers_otherwise }) => [
        answers_otherwise
          ? '该主机有其他流量：仅 ping 被它或防火墙丢弃。'
          : '跟踪路径；中间路由器少量丢包正常，终点丢包则不正常。',
      ],
    },
  },
});
