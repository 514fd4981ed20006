import { defineDetector } from '../detector';

/** A time server that asks a client to go away. */
export const ntpKod = defineDetector({
  id: 'ntp-kod',
  severity: 'warning',
  references: ['RFC 5905 §7.4'],
  needs: ['ntp'],
  detect({ ntp }) {
    const kisses = ntp.filter(
      ({ response_frame, stratum, reference }) =>
        response_frame !== null && stratum === 0 && /^(RATE|DENY|RSTR)$/.test(reference ?? ''),
    );
    return [...Map.groupBy(kisses, ({ client, server, reference }) => `${client} ${server} ${reference}`)].map(
      ([about, rows]) => ({
        about,
        count: rows.length,
        evidence: rows.slice(0, 8).map(({ response_frame, time, reference }) => ({
          packet: response_frame ?? 0,
          ts: time,
          role: 'kiss_of_death',
          fields: { 'ntp.refid': reference },
        })),
        metrics: { client: rows[0]?.client ?? '', server: rows[0]?.server ?? '', code: rows[0]?.reference ?? '' },
      }),
    );
  },
  text: {
    en: {
      title: 'Time server refuses the client',
      summary: ({ client, server, code }) => `${server} sent ${client} a kiss-o'-death (${code}).`,
      advice: ({ code }) => [
        code === 'RATE'
          ? 'The client asks too often: raise its polling interval.'
          : 'The client is not allowed there: use another server.',
      ],
    },
    'zh-CN': {
      title: '时间服务器拒绝客户端',
      summary: ({ client, server, code }) => `${server} 向 ${client} 发送了 kiss-o'-death（${code}）。`,
      advice: ({ code }) => [code === 'RATE' ? '客户端请求过于频繁：增大轮询间隔。' : '该客户端不被允许：请使用其他服务器。'],
    },
  },
});
