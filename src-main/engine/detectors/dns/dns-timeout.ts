import { defineDetector } from '../detector';
import { isGroup, NO_ROWS, tally } from '../peers';
import type { DnsFacts } from '../row-facts';
import { plural } from '../words';
import { ofRow, questionsOf, unicast } from './questions';

const MIN_QUERIES = 3;

/** Queries that got no answer, although the capture goes on. */
export const dnsTimeout = defineDetector({
  id: 'dns-timeout',
  severity: 'warning',
  references: ['RFC 1035 §4.2.1'],
  needs: ['dns', 'both_directions'],
  detect({ dns, endTs, flow }, { dns_timeout_s }) {
    const rows = unicast(dns);
    const isSilent = ({ rcode }: DnsFacts): boolean => rcode === null;
    const servers = tally(rows, ({ server }) => server, isSilent);
    const clients = tally(rows, ({ client }) => client, isSilent);
    return questionsOf(rows.filter(({ query_frame }) => query_frame !== null)).flatMap(question => {
      // Any copy of it that was answered answers the client.
      const silent = question.rows.filter(
        ({ rcode, time, server }) => rcode === null && endTs - time >= dns_timeout_s && !isGroup(server),
      );
      const [first] = silent;
      const last = question.rows.at(-1);
      const answeredLater = question.rows.some(
        ({ rcode, time }) => rcode !== null && first !== undefined && time - first.time < dns_timeout_s,
      );
      if (!first || !last || answeredLater) return [];
      const silentServers = [...new Set(silent.map(({ server }) => server))];
      const isDead = allSilent(servers.get(first.server));
      const allDead = allSilent(clients.get(question.client));
      return {
        flow: flow(first.stream),
        about: `${question.client} ${question.type} ${question.name}`,
        peer: first.server,
        source: question.client,
        severity: isDead || allDead ? 'critical' : 'warning',
        count: silent.length,
        evidence: silent.slice(0, 10).flatMap(ofRow),
        metrics: {
          name: question.name,
          type: question.type ?? '',
          client: question.client,
          server: silentServers.join(', '),
          queries: silent.length,
          server_answers_others: !isDead,
          threshold_s: dns_timeout_s,
        },
      };
    });
  },
  text: {
    en: {
      title: 'DNS query without answer',
      summary: ({ name, type, client, server, queries }) =>
        `${server} did not answer ${plural(queries, 'query', 'queries')} of ${client} for ${name} (${type}).`,
      advice: ({ server_answers_others }) => [
        server_answers_others
          ? 'The server answers other queries: the servers of this zone may be down, or single packets were lost.'
          : 'The server answers nothing at all: check that it runs, that the address is right and that UDP port 53 passes.',
      ],
    },
    'zh-CN': {
      title: 'DNS 查询无应答',
      summary: ({ name, type, client, server, queries }) =>
        `${server} 未应答 ${client} 对 ${name}（${type}）的 ${queries} 次查询。`,
      advice: ({ server_answers_others }) => [
        server_answers_others
          ? '该服务器能应答其他查询：可能是该区域的服务器故障，或个别数据包丢失。'
          : '该服务器完全没有应答：确认其在运行、地址正确，且 UDP 53 端口畅通。',
      ],
    },
  },
});

function allSilent({ all, such } = NO_ROWS): boolean {
  return all >= MIN_QUERIES && such === all;
}
