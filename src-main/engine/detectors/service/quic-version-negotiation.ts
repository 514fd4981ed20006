import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { initials, quicFlow, quicServer } from './quic-handshakes';

const MANY = 3;

/** The server does not speak the version of QUIC the client began with. */
export const quicVersionNegotiation = defineDetector({
  id: 'quic-version-negotiation',
  severity: 'notice',
  references: ['RFC 9000 §6'],
  needs: ['quic'],
  detect(facts) {
    const found = facts.quic.filter(({ version_negotiation_frames }) => version_negotiation_frames.length > 0);
    return [...Map.groupBy(found, ({ client, server }) => `${client} ${server}`)].flatMap(([about, rows]) => {
      const [first] = rows;
      const times = rows.reduce((sum, row) => sum + row.version_negotiation_frames.length, 0);
      if (!first) return [];
      const succeeded = facts.quic.some(
        row =>
          row.client === first.client &&
          row.server === first.server &&
          row.version_negotiation_frames.length === 0 &&
          row.server_packets > 0,
      );
      return {
        about,
        flow: quicFlow(facts, first),
        count: times,
        severity: times >= MANY && !succeeded ? ('warning' as const) : ('notice' as const),
        evidence: [
          ...initials(first),
          ...ofFrames(rows.flatMap(row => [...row.version_negotiation_frames]).slice(0, 8), 'version_negotiation'),
        ],
        metrics: { server: quicServer(first), version: first.version, times, succeeded },
      };
    });
  },
  text: {
    en: {
      title: 'QUIC version not accepted',
      summary: ({ server, version, times }) =>
        `${server} does not accept QUIC ${version} (${times} answers name other versions).`,
      advice: () => ['Update the older end; the client should go on with a version that is offered.'],
    },
    'zh-CN': {
      title: 'QUIC 版本不被接受',
      summary: ({ server, version, times }) => `${server} 不接受 QUIC ${version}（${times} 次应答列出其他版本）。`,
      advice: () => ['升级较旧的一方；客户端应改用对方提供的版本。'],
    },
  },
});
