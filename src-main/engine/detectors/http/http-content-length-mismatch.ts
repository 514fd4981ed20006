import { defineDetector } from '../detector';
import { bytes } from '../words';
import { exchange, flowOf, hostOf, templateOf } from './exchanges';

/** A body that ended before its announced length, or without its last chunk. */
export const httpContentLengthMismatch = defineDetector({
  id: 'http-content-length-mismatch',
  severity: 'warning',
  references: ['RFC 9112 §8'],
  needs: ['http', 'both_directions'],
  detect(facts) {
    return facts.http.flatMap(row => {
      const { status, response_complete, response_length, chunked, method, response_frame } = row;
      if (status === null || response_complete || method === 'HEAD' || status < 200 || status === 204 || status === 304)
        return [];
      if (response_frame === null || (response_length === null && !chunked)) return [];
      const flow = flowOf(facts, row);
      if (flow?.proto !== 'tcp') return [];
      const isClientA = flow.a.ip === row.client && flow.a.port === row.client_port;
      const server = flow.sides[isClientA ? 1 : 0];
      const serverIndex = isClientA ? 1 : 0;
      const fin = flow.fins.find(({ from, frame }) => from === serverIndex && frame >= response_frame);
      // Only the server's own end cuts a body off; and what the capture misses was not cut off.
      const missed =
        server.gaps.total > server.gaps.filled || flow.sides[isClientA ? 0 : 1].ackLostSegments > 0 || facts.truncated > 0;
      if (!fin || missed) return [];
      // Not the payload without what was sent again: of a segment lost before the capture, the second copy is the only one.
      if (response_length !== null && server.streamBytes >= response_length) return [];
      return {
        flow,
        evidence: [...exchange(row), { packet: fin.frame, ts: fin.ts, role: 'fin' }],
        metrics: {
          host: hostOf(row),
          path: templateOf(row.path),
          expected_bytes: response_length,
          received_bytes_at_most: server.streamBytes,
          chunked,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Response cut off',
      summary: ({ host, path, expected_bytes, received_bytes_at_most }) =>
        `${host} closed before the end of its response for ${path}${expected_bytes === null ? ' (the last chunk is missing)' : `: ${bytes(expected_bytes)} announced, at most ${bytes(received_bytes_at_most)} sent`}.`,
      advice: () => ['The server or a proxy broke off: look in its log for a crash, a time limit or a full disk.'],
    },
    'zh-CN': {
      title: '响应被截断',
      summary: ({ host, path, expected_bytes, received_bytes_at_most }) =>
        `${host} 在 ${path} 的响应结束前关闭了连接${expected_bytes === null ? '（缺少最后一个分块）' : `：声明 ${bytes(expected_bytes)}，最多发送 ${bytes(received_bytes_at_most)}`}。`,
      advice: () => ['服务器或代理中断了传输：查看其日志中的崩溃、超时或磁盘已满。'],
    },
  },
});
