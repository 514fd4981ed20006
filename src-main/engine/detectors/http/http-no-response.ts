import { defineDetector } from '../detector';
import { at, ms } from '../words';
import { exchange, flowOf, hostOf, templateOf } from './exchanges';

const MANY = 3;

/** A whole request that was acknowledged and never answered. */
export const httpNoResponse = defineDetector({
  id: 'http-no-response',
  severity: 'warning',
  references: ['RFC 9110'],
  needs: ['http', 'both_directions'],
  detect(facts, { http_no_response_s }) {
    const unanswered = facts.http.flatMap(row => {
      const { status, request_complete, request_end, request_frame, upgrade } = row;
      if (status !== null || !request_complete || request_end === null || request_frame === null || upgrade !== null) return [];
      const flow = flowOf(facts, row);
      if (flow?.proto !== 'tcp' || !flow.bothWays) return [];
      const isClientA = flow.a.ip === row.client && flow.a.port === row.client_port;
      const [client, server] = isClientA ? flow.sides : [flow.sides[1], flow.sides[0]];
      const answeredSomehow =
        server.lastDataTs > request_end || server.gaps.total > 0 || server.ackLostSegments + client.ackLostSegments > 0;
      if (answeredSomehow || !client.allAcked) return [];
      // The client may close its half and still get an answer; the server may not.
      const serverIndex = isClientA ? 1 : 0;
      const end =
        flow.resets.find(({ ts }) => ts >= request_end) ??
        flow.fins.find(({ from, ts }) => from === serverIndex && ts >= request_end);
      const waited_s = (end?.ts ?? facts.endTs) - request_end;
      return end || waited_s >= http_no_response_s ? [{ row, flow, end, waited_s }] : [];
    });
    return unanswered.map(({ row, flow, end, waited_s }) => ({
      flow,
      severity: unanswered.length >= MANY ? ('critical' as const) : ('warning' as const),
      evidence: [
        ...exchange(row),
        ...(end ? [{ packet: end.frame, ts: end.ts, role: (end.flags & 4) !== 0 ? 'reset' : 'fin' }] : []),
      ],
      metrics: {
        server: at(row.server, row.server_port),
        host: hostOf(row),
        method: row.method,
        path: templateOf(row.path),
        waited_ms: waited_s * 1000,
        ended: end !== undefined,
        threshold_s: http_no_response_s,
      },
    }));
  },
  text: {
    en: {
      title: 'HTTP request without response',
      summary: ({ host, method, path, waited_ms, ended }) =>
        `${host} never answered ${method ?? 'a request'} ${path}${ended ? `; the connection ended after ${ms(waited_ms)}` : ` for ${ms(waited_ms)}`}.`,
      advice: () => [
        'The request arrived (it was acknowledged): look in the log of the server, for a crash or a hanging worker, and at time limits of proxies.',
      ],
    },
    'zh-CN': {
      title: 'HTTP 请求无响应',
      summary: ({ host, method, path, waited_ms, ended }) =>
        `${host} 始终未响应 ${method ?? '请求'} ${path}${ended ? `；连接在 ${ms(waited_ms)} 后结束` : `，已等待 ${ms(waited_ms)}`}。`,
      advice: () => ['请求已送达（已被确认）：查看服务器日志中的崩溃或挂起的工作进程，以及代理的超时设置。'],
    },
  },
});
