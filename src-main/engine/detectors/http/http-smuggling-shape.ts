import { defineDetector } from '../detector';
import { exchange, flowOf, hostOf, templateOf } from './exchanges';

/** Two lengths in one message: two servers may see its end in two places. */
export const httpSmugglingShape = defineDetector({
  id: 'http-smuggling-shape',
  severity: 'warning',
  references: ['RFC 9112 §6.1'],
  needs: ['http'],
  detect(facts) {
    return facts.http.flatMap(row =>
      row.smuggling_shape
        ? [
            {
              flow: flowOf(facts, row),
              about: `${hostOf(row)} ${templateOf(row.path)}`,
              evidence: exchange(row),
              metrics: { host: hostOf(row), method: row.method, path: templateOf(row.path) },
            },
          ]
        : [],
    );
  },
  text: {
    en: {
      title: 'Message with two lengths',
      summary: ({ host, method, path }) =>
        `${method ?? 'A message'} ${path} of ${host} gives its length twice: the shape of request smuggling.`,
      advice: () => [
        'Let the front server refuse messages with both Content-Length and Transfer-Encoding; find out what makes them.',
      ],
    },
    'zh-CN': {
      title: '报文含两种长度',
      summary: ({ host, method, path }) => `${host} 的 ${method ?? '报文'} ${path} 给出了两种长度：具有请求走私的特征。`,
      advice: () => ['让前端服务器拒绝同时含 Content-Length 和 Transfer-Encoding 的报文，并查明其来源。'],
    },
  },
});
