import { defineDetector } from '../detector';
import { flowOf, hellos, serverName } from './handshakes';

const TLS12 = 0x0303;
const SSL3 = 0x0300;

/** A version that should no longer be used, or a handshake that was talked down to one. */
export const tlsOldVersion = defineDetector({
  id: 'tls-old-version',
  severity: 'warning',
  references: ['RFC 8996', 'RFC 7568', 'RFC 8446 §4.1.3'],
  needs: ['tls'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      const { version, version_number: number, transport, downgrade, server_hello_frame } = row;
      if (server_hello_frame === null || version === null || number === null) return [];
      // Numbers of DTLS count down from 0xfeff.
      const isOld = transport === 'dtls' ? number === 0xfeff || number === 0x0100 : number < TLS12;
      // The mark of the server means something only to a client that speaks 1.3 (RFC 8446 section 4.1.3).
      const isDowngraded = downgrade && row.versions_offered.includes('TLS 1.3');
      if (!isOld && !isDowngraded) return [];
      return {
        flow: flowOf(facts, row),
        about: `${serverName(row)} ${version}`,
        together: true,
        severity: transport !== 'dtls' && number <= SSL3 ? ('critical' as const) : ('warning' as const),
        evidence: hellos(row),
        metrics: { server: serverName(row), version, downgrade: isDowngraded },
      };
    });
  },
  text: {
    en: {
      title: 'Old TLS version',
      summary: ({ server, version, downgrade }) =>
        `The connection with ${server} uses ${version}${downgrade ? ', and the server says that both could have used a newer one' : ''}.`,
      advice: ({ downgrade }) => [
        downgrade
          ? 'Something on the way may have talked the handshake down.'
          : 'Update the older end; TLS 1.0 and 1.1 are deprecated, SSL is broken.',
      ],
    },
    'zh-CN': {
      title: '过旧的 TLS 版本',
      summary: ({ server, version, downgrade }) =>
        `与 ${server} 的连接使用 ${version}${downgrade ? '，且服务器表示双方本可使用更新的版本' : ''}。`,
      advice: ({ downgrade }) => [
        downgrade ? '途中可能有设备使握手降级。' : '请升级较旧的一方；TLS 1.0 和 1.1 已废弃，SSL 已被攻破。',
      ],
    },
  },
});
