import { defineDetector, type Severity } from '../detector';
import type { ResetFacts, TcpFacts } from '../flow-facts';
import { byServer, serverKey, toServersOf } from '../peers';
import { at, ms } from '../words';

/** Hops may change, but not by this much within a connection. */
const TTL_SLACK = 2;
/** An initiator that waited this long for an answer gave up. */
const GAVE_UP_MS = 1000;

/** A RST that ends a connection in the middle of its work. */
export const tcpResetMidstream = defineDetector({
  id: 'tcp-reset-midstream',
  severity: 'warning',
  references: ['RFC 9293 §3.5.2'],
  needs: ['tcp'],
  detect({ tcp, signs }, { reset_critical_flows }) {
    const reset = signs.reset.flatMap(flow => {
      const context = cutting(flow);
      return context ? [{ flow, context, by: senderOf(context) }] : [];
    });
    if (reset.length === 0) return [];
    const servers = byServer(toServersOf(signs.reset, tcp));
    const blamed = Map.groupBy(
      reset.filter(({ by }) => by !== 'initiator'),
      ({ flow }) => serverKey(flow),
    );
    return reset.map(({ flow, context, by }) => {
      const flows = blamed.get(serverKey(flow))?.length ?? 0;
      const all = servers.get(serverKey(flow))?.length ?? 1;
      const isMany = flows >= reset_critical_flows || (all >= 5 && flows > all / 5);
      const base: Severity = by === 'initiator' && !gaveUp(context) ? 'notice' : 'warning';
      const [who, other] = context.from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
      const fields = { 'ip.ttl': context.ttl, usual_ttl: context.usualTtl || undefined };
      return {
        flow,
        severity: by !== 'initiator' && isMany ? ('critical' as const) : base,
        evidence: [
          { packet: context.lastDataOther, ts: Number.NaN, role: 'last_data_of_the_other_end' },
          { packet: context.lastDataOwn, ts: Number.NaN, role: 'last_data_of_the_resetting_end' },
          { packet: context.frame, ts: context.ts, role: 'reset', fields },
        ],
        metrics: {
          who: at(who.ip, who.port),
          other: at(other.ip, other.port),
          by,
          idle_ms: context.idle_ms,
          unacked_bytes: context.unackedOwn + context.unackedOther,
          unanswered: context.unanswered,
          round_idle_s: roundIdle(context.idle_ms),
          flows_reset_there: flows,
        },
        caveats: by === 'responder' && !context.unanswered && context.unackedOther === 0 ? (['self_made'] as const) : [],
      };
    });
  },
  text: {
    en: {
      title: 'Connection reset',
      summary: ({ who, other, by, idle_ms, unacked_bytes }) =>
        by === 'injected'
          ? `Something on the way reset the connection of ${who} and ${other} in its name: the reset does not fit its other packets.`
          : `${who} reset the connection with ${other}${idle_ms >= 1000 ? ` after ${ms(idle_ms)} of silence` : ''}${unacked_bytes > 0 ? `; ${unacked_bytes} bytes were still on the way` : ''}.`,
      advice: ({ by, round_idle_s, unanswered }) => [
        by === 'injected'
          ? 'A firewall or an intrusion prevention system injects resets: ask who runs it.'
          : by === 'initiator'
            ? 'The client gave up: compare with its timeouts, and with what the server was doing.'
            : unanswered
              ? 'The server closed with a request unread or unanswered: look for a crash, a restart, or a limit in its log.'
              : 'Look in the log of the server for a crash, a restart or a limit.',
        ...(round_idle_s === null
          ? []
          : [`The silence before was close to ${round_idle_s} s: most likely an idle timeout of a load balancer or firewall.`]),
      ],
    },
    'zh-CN': {
      title: '连接被重置',
      summary: ({ who, other, by, idle_ms, unacked_bytes }) =>
        by === 'injected'
          ? `路径上的设备以 ${who} 的名义重置了它与 ${other} 的连接：该 RST 与其其他数据包不符。`
          : `${who}${idle_ms >= 1000 ? ` 在静默 ${ms(idle_ms)} 后` : ''}重置了与 ${other} 的连接${unacked_bytes > 0 ? `，尚有 ${unacked_bytes} 字节未确认` : ''}。`,
      advice: ({ by, round_idle_s, unanswered }) => [
        by === 'injected'
          ? '防火墙或入侵防御系统注入了 RST：请联系其管理者。'
          : by === 'initiator'
            ? '客户端主动放弃：对照其超时设置以及服务器当时的状态。'
            : unanswered
              ? '服务器在请求未读或未应答时关闭：查看其日志中的崩溃、重启或限制。'
              : '查看服务器日志中的崩溃、重启或限制。',
        ...(round_idle_s === null ? [] : [`之前的静默接近 ${round_idle_s} 秒：很可能是负载均衡器或防火墙的空闲超时。`]),
      ],
    },
  },
});

/** The first RST that came while the connection was open both ways; after a FIN a RST cuts nothing off. */
function cutting(flow: TcpFacts): ResetFacts | undefined {
  const [context] = flow.resetContexts;
  if (!context) return undefined;
  const [a, b] = flow.sides;
  const wasOpen = flow.handshakeComplete || (a.payload > 0 && b.payload > 0);
  if (!wasOpen || context.finOwn || context.finOther) return undefined;
  // A refused attempt on reused ports, or the answer to a stray segment, is another matter.
  return flow.synAcks.length > 0 || flow.syns.length === 0 ? context : undefined;
}

function senderOf({ from, ttl, usualTtl, followed }: ResetFacts): 'initiator' | 'responder' | 'injected' {
  if (usualTtl > 0 && Math.abs(ttl - usualTtl) > TTL_SLACK && (followed || Math.abs(ttl - usualTtl) > 5)) return 'injected';
  return from === 0 ? 'initiator' : 'responder';
}

function gaveUp({ unanswered, unackedOwn, idle_ms, lastDataOwn, lastDataOther }: ResetFacts): boolean {
  return !unanswered && lastDataOwn > lastDataOther && (idle_ms >= GAVE_UP_MS || unackedOwn > 0);
}

/** Timeouts are round numbers. */
function roundIdle(idle_ms: number): number | null {
  return [30, 60, 120, 180, 300, 350, 600, 900, 1800, 3600, 7200].find(s => Math.abs(idle_ms / 1000 - s) <= s * 0.02) ?? null;
}
