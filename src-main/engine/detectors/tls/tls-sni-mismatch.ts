import { defineDetector } from '../detector';
import { certificateEvidence, flowOf, hellos, serverName } from './handshakes';

/** The certificate is for other names than the one the client asked for. */
export const tlsSniMismatch = defineDetector({
  id: 'tls-sni-mismatch',
  severity: 'warning',
  references: ['RFC 9525 §6'],
  needs: ['certificate'],
  detect(facts) {
    return facts.tls.flatMap(row => {
      const { sni, ech, certificate } = row;
      if (!sni || ech || !certificate) return [];
      const names =
        certificate.dns_names.length > 0
          ? certificate.dns_names
          : certificate.subject_cn === null
            ? []
            : [certificate.subject_cn];
      if (names.length === 0 || names.some(name => covers(name, sni)) || certificate.ip_addresses.includes(sni)) return [];
      return {
        flow: flowOf(facts, row),
        about: serverName(row),
        together: true,
        evidence: [...hellos(row), ...certificateEvidence(row)],
        metrics: {
          name: sni,
          server: serverName(row),
          subject: certificate.subject_cn ?? '-',
          certificate_names: names.slice(0, 5).join(', '),
        },
      };
    });
  },
  text: {
    en: {
      title: 'Certificate for another name',
      summary: ({ name, certificate_names }) => `The client asked for ${name}, the certificate is for ${certificate_names}.`,
      advice: () => [
        'Add the name to the certificate, or correct the address; a captive portal or intercepting proxy does the same.',
      ],
    },
    'zh-CN': {
      title: '证书名称不符',
      summary: ({ name, certificate_names }) => `客户端请求 ${name}，而证书属于 ${certificate_names}。`,
      advice: () => ['在证书中加入该名称，或更正地址；认证门户或拦截代理也会造成此现象。'],
    },
  },
});

/** One wildcard, as the whole left-most label (RFC 9525 section 6.3). */
function covers(pattern: string, name: string): boolean {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const offered = pattern.toLowerCase().replace(/\.$/, '');
  if (!offered.startsWith('*.')) return offered === wanted;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === offered.slice(1);
}
